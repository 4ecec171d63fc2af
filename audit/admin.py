"""Events in the admin: to read and to search, never to change."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.models import Event
from console.staff import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    """The log of everything, newest first."""

    list_display = ["at", "action", "outcome", "who", "organization_id", "target_type"]
    list_filter = ["outcome", "action"]
    list_select_related = ["detail"]
    search_fields = ["action", "=organization_id", "=actor_id", "=target_id", "detail__actor"]
    fields = [
        "at", "action", "outcome", "who", "actor_kind", "actor_id", "organization_id", "subject_id",
        "target_type", "target_id", "before", "after", "where",
    ]  # fmt: skip

    @admin.display(description=_("actor"))
    def who(self, event: Event) -> str:
        """The actor's name, where it was not erased."""
        return event.detail.actor or event.actor_kind

    @admin.display(description=_("from"))
    def where(self, event: Event) -> str:
        """Where it came from, where that was not erased."""
        return " · ".join(filter(None, [event.detail.address, event.detail.device, event.detail.request_id]))
