"""Engines for staff: where they are, and whether they work; never who signs in, nor with what."""

from typing import override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.staff import ReadOnlyAdmin, ReadOnlyInline
from infrastructure.models import ProjectEngine, StorageEngine


class ProjectEngineInline(ReadOnlyInline[ProjectEngine, StorageEngine]):
    """The projects that keep their data in an engine."""

    model = ProjectEngine
    fields = ["project", "created_at"]
    readonly_fields = ["project", "created_at"]
    verbose_name_plural = _("projects")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ProjectEngine]:
        """With the projects, which each line names."""
        return super().get_queryset(request).select_related("project")


@admin.register(StorageEngine)
class StorageEngineAdmin(ReadOnlyAdmin[StorageEngine]):
    """Storage engines of all organizations."""

    list_display = ["name", "organization", "kind", "where", "health", "is_default", "checked_at", "failing_since"]
    list_filter = ["kind", "health"]
    list_select_related = ["organization"]
    search_fields = ["name", "organization__name", "organization__slug", "=organization__id", "=id"]
    fields = [
        "id", "organization", "kind", "name", "where", "is_default", "health", "problem_stage", "trouble", "checked_at",
        "failing_since", "due_at", "created_by", "created_at", "changed_at",
    ]  # fmt: skip
    ordering = ["-id"]
    inlines = [ProjectEngineInline]

    @admin.display(description=_("place"))
    def where(self, engine: StorageEngine) -> str:
        """The database at its host, or the bucket at its endpoint."""
        return engine.place

    @admin.display(description=_("problem"))
    def trouble(self, engine: StorageEngine) -> str:
        """What the last check found wrong."""
        return engine.trouble
