"""Services for staff to find and to read: how each is, and what happened to it; never what it came with."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from console.dates import timestamp
from console.staff import ReadOnlyAdmin
from projects.models import Operation, Service

# As many lines of what happened as one reads.
SHOWN = 50
OF_OPERATIONS = (
    "number", "verb", "size", "state", "progress", "gave_up", "attempts", "asked_by", "asked_at", "accepted_at",
    "heard_at", "due_at", "ended_at",
)  # fmt: skip


class OperationInline(admin.TabularInline[Operation, Service]):
    """What was done with a service, the newest first, and how far each got: where to look when it hangs."""

    model = Operation
    can_delete = False
    ordering = ["-number"]
    fields = [*OF_OPERATIONS]
    readonly_fields = [*OF_OPERATIONS]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Operation]:
        """With who asked, and for which size."""
        return super().get_queryset(request).select_related("asked_by", "size")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Operations begin by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Operations change by what is said of them."""
        return False


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin[Service]):
    """Services of all organizations, deleted ones too."""

    list_display = ["name", "project", "organization", "kind", "size", "state", "state_since", "reason"]
    list_filter = ["state", "kind", "state_since"]
    list_select_related = ["project__organization", "kind", "size"]
    search_fields = [
        "name", "project__name", "project__slug", "project__organization__name", "project__organization__slug", "=id",
        "=project__id", "=project__organization__id",
    ]  # fmt: skip
    # Not the parameters: people type into them what they like, passwords too.
    fields = [
        "id", "name", "project", "organization", "kind", "size", "state", "state_since", "reason", "created_by",
        "created_at", "history",
    ]  # fmt: skip
    ordering = ["-id"]
    inlines = [OperationInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        """With whose they are."""
        return super().get_queryset(request).select_related("project__organization", "kind", "size")

    @admin.display(description=_("organization"))
    def organization(self, service: Service) -> str:
        """Whose it is."""
        return str(service.project.organization)

    @admin.display(description=_("what happened"))
    def history(self, service: Service) -> SafeString:
        """The newest lines of its time line."""
        lines = service.changes.order_by("-at", "-id")[:SHOWN]
        return format_html_join(
            "",
            "<p>{}: {} {}</p>",
            ((timestamp(line.at), line.get_state_display(), line.note) for line in lines),
        )
