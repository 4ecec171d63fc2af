"""Events and their chains in the admin: to read and to search, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.lines import sentence_of
from audit.models import Chain, CheckPoint, Event
from console.staff import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    """The log of everything, newest first."""

    list_display = ["at", "action", "sentence", "outcome", "who", "organization_id", "target_type"]
    list_filter = ["outcome", "action"]
    list_select_related = ["detail", "link"]
    search_fields = ["action", "=organization_id", "=actor_id", "=target_id", "=key_id", "detail__actor"]
    fields = [
        "at", "action", "sentence", "outcome", "who", "actor_kind", "actor_id", "key_id", "organization_id",
        "subject_id", "target_type", "target_id", "before", "after", "where", "place",
    ]  # fmt: skip

    @admin.display(description=_("what happened"))
    def sentence(self, event: Event) -> str:
        """The event in words."""
        return sentence_of(event)

    @admin.display(description=_("actor"))
    def who(self, event: Event) -> str:
        """The actor's name, where it was not erased."""
        return event.detail.actor or event.actor_kind

    @admin.display(description=_("from"))
    def where(self, event: Event) -> str:
        """Where it came from, where that was not erased."""
        return " · ".join(filter(None, [event.detail.address, event.detail.device, event.detail.request_id]))

    @admin.display(description=_("place in its chain"))
    def place(self, event: Event) -> str:
        """Which chain, and where in it."""
        link = getattr(event, "link", None)
        return f"{link.chain_id} · {link.position}" if link else str(_("not linked yet"))


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin[Chain]):
    """Where each log begins and ends: who notes the end elsewhere can tell later that nothing was cut off."""

    list_display = ["id", "begins_after", "position", "hash"]
    search_fields = ["=id"]
    fields = ["id", "begins_after", "position", "hash"]
    ordering = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Chain]:
        """With their check points."""
        return super().get_queryset(request).prefetch_related("check_points")

    @admin.display(description=_("begins after position"))
    def begins_after(self, chain: Chain) -> int:
        """How many events were pruned, the oldest first."""
        return max((point.position for point in chain.check_points.all()), default=0)


@admin.register(CheckPoint)
class CheckPointAdmin(ReadOnlyAdmin[CheckPoint]):
    """Up to where each log was pruned, and when."""

    list_display = ["chain", "position", "pruned_at"]
    list_select_related = ["chain"]
    search_fields = ["=chain__id"]
    fields = ["chain", "position", "hash", "pruned_at"]
    ordering = ["-pruned_at"]
