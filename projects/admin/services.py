"""Services for staff to find and to read: what is being done with each, and what happened to it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin, ReadOnlyInline
from organizations.admin.people import staff_actor
from projects.actions.services import declare_gone
from projects.models import Change, Operation, Service

# Lines of a time line that staff see at once; the service's own page has all.
SHOWN = 50


class OperationInline(ReadOnlyInline[Operation, Service]):
    """What was asked for, by whom, and what became of it."""

    model = Operation
    fields = readonly_fields = (
        "number", "verb", "state", "progress", "asked_by", "asked_at", "accepted_at", "heard_at", "ended_at",
        "attempts", "webhook",
    )  # fmt: skip
    ordering = ["-number"]


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin[Service]):
    """What runs in projects; what it came with (addresses, passwords) is not for staff to see."""

    list_display = ["name", "kind", "size", "state", "state_since", "project", "organization"]
    list_filter = ["state", "kind"]
    list_select_related = ["project__organization", "kind", "size"]
    search_fields = [
        "name", "project__name", "project__slug", "project__organization__name", "project__organization__slug",
        "=project__organization__id", "=project__id", "=id",
    ]  # fmt: skip
    fields = [
        "id", "name", "project", "organization", "kind", "size", "state", "state_since", "reason", "created_by",
        "created_at", "time_line",
    ]  # fmt: skip
    inlines = [OperationInline]
    ordering = ["-id"]
    actions = ["declare_gone"]

    @admin.action(description=_("Its backend has it no more: settle the deletion"), permissions=["act"])
    def declare_gone(self, request: HttpRequest, queryset: QuerySet[Service]) -> None:
        """End deletions of which nothing is heard any more; only for what is gone for sure."""
        by = staff_actor(request)
        done = ngettext_lazy("%d service is deleted.", "%d services are deleted.")
        self.run_for_each(request, queryset, lambda service: declare_gone(service=service, by=by), done)

    @admin.display(description=_("organization"))
    def organization(self, service: Service) -> str:
        """Whose it is."""
        return str(service.project.organization)

    @admin.display(description=_("time line"))
    def time_line(self, service: Service) -> str:
        """The newest lines, one below the other."""
        changes: list[Change] = list(service.changes.select_related("by").order_by("-id")[:SHOWN])
        lines = (f"{change.at:%Y-%m-%d %H:%M:%S} {change.get_state_display()} {change.note}" for change in changes)
        return "\n".join(line.strip() for line in lines)
