"""Projects for staff to find, to read and to bring back, and the list of regions, which they edit."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.staff import ReadOnlyAdmin
from organizations.admin.people import staff_actor
from projects.actions.projects import recover_project
from projects.admin.grants import PersonGrantInline, RoleGrantInline
from projects.models import Project, Region


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin[Region]):
    """Where projects can be: one that is in use stays, and can be offered no longer."""

    list_display = ["name", "key", "is_offered", "order"]
    list_filter = ["is_offered"]
    search_fields = ["name", "key"]
    ordering = ["order", "name"]
    fields = ["key", "name", "is_offered", "order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> tuple[str, ...]:
        """Programs and backends know a region by its key."""
        return ("key",) if obj else ()


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin[Project]):
    """Projects of all organizations, restricted ones too."""

    list_display = ["name", "organization", "slug", "state", "visibility", "region", "created_at", "ends_at"]
    list_filter = ["state", "visibility", "region"]
    list_select_related = ["organization", "region"]
    search_fields = ["name", "slug", "organization__name", "organization__slug", "=organization__id", "=id"]
    fields = [
        "id", "name", "slug", "organization", "description", "labels", "region", "visibility", "state", "archived_at",
        "ends_at", "created_by", "created_at", "changed_at",
    ]  # fmt: skip
    ordering = ["-id"]
    inlines = [PersonGrantInline, RoleGrantInline]
    actions = ["recover"]

    @admin.display(description=_("tags"))
    def labels(self, project: Project) -> str:
        """Its tags, one after the other."""
        return ", ".join(project.tags.order_by("name").values_list("name", flat=True))

    @admin.action(description=_("Undo the deletion"), permissions=["act"])
    def recover(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Bring back what its people deleted, within its days."""
        by = staff_actor(request)
        done = ngettext_lazy("%d project is back.", "%d projects are back.")
        self.run_for_each(request, queryset, lambda project: recover_project(project=project, by=by), done)
