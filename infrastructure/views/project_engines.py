"""The storage of a project: which engine it keeps its data in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from infrastructure.actions.project_engines import choose_engine
from infrastructure.forms.engines import EngineChoice
from infrastructure.models import ProjectEngine, StorageEngine
from infrastructure.models.engine import Health
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.requests import ProjectRequest
from projects.views.pages import about


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
def choose(request: ProjectRequest) -> HttpResponse:
    """Choose one. Of the engines, only how they are called and whether they work is shown to who may not see them."""
    engines = _engines(request)
    linked = ProjectEngine.objects.filter(project=request.project).values_list("engine", flat=True).first()
    form = EngineChoice(
        request.POST if request.method == "POST" else None,
        engines={str(engine["id"]): engine["name"] for engine in engines},
        initial={"engine": str(linked or "")},
    )
    if form.run(choose_engine, project=request.project, by=request.actor):
        messages.success(request, _("The storage of %s is saved.") % request.project.name)
        return redirect("projects:project", request.organization.slug, request.project.slug)
    context = {**about(request), "form": form, "engines": engines}
    return render(request, "infrastructure/engines/project.html", context)


def _engines(request: ProjectRequest) -> list[dict[str, Any]]:
    found = StorageEngine.objects.filter(organization=request.organization).order_by("name", "id")
    return [
        {**values, "health_label": Health(values["health"]).label}
        for values in found.values("id", "name", "health", "is_default")
    ]
