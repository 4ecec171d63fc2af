"""Events in the admin: to read and to search, never to change."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.models import Event


@admin.register(Event)
class EventAdmin(admin.ModelAdmin[Event]):
    """The log of everything, newest first."""

    list_display = ["at", "action", "outcome", "who", "organization_id", "target_type"]
    list_filter = ["outcome", "action"]
    list_select_related = ["detail"]
    search_fields = ["action", "=organization_id", "=actor_id", "=target_id", "detail__actor"]
    show_full_result_count = False

    @admin.display(description=_("actor"))
    def who(self, event: Event) -> str:
        """The actor's name, where it was not erased."""
        return event.detail.actor or event.actor_kind

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes events by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Events are append-only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """Events are append-only."""
        return False
