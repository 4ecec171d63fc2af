"""The storage of a project: which engine it keeps its data in."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from infrastructure.actions.project_engines import choose_engine, engine_of
from infrastructure.forms.engines import EngineChoice
from infrastructure.models import ProjectEngine, StorageEngine
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.requests import ProjectRequest
from projects.views.pages import about


@dataclass(frozen=True, kw_only=True)
class Storage:
    """Where a project keeps its data; ``is_default``: because nobody chose another engine for it."""

    name: str
    health: str
    health_label: str
    is_default: bool
    may_change: bool


def storage_of(request: ProjectRequest) -> Storage | None:
    """What the page of a project says of its storage, to who may choose it or see the engines; None for others.

    None, too, where the organization has no engines: the first is the default.
    """
    may_change = Permission.MANAGE_PROJECTS in request.held and request.project.is_active
    if not may_change and not request.actor.can(Permission.VIEW_INFRASTRUCTURE):
        return None
    engine = engine_of(request.project)
    if engine is None:
        return None
    return Storage(
        name=engine.name,
        health=engine.health,
        health_label=engine.get_health_display(),
        is_default=not ProjectEngine.objects.filter(project=request.project).exists(),
        may_change=may_change,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
def choose(request: ProjectRequest) -> HttpResponse:
    """Choose one. Of the engines, only how they are called and whether they work is shown to who may not see them."""
    linked = ProjectEngine.objects.filter(project=request.project).values_list("engine", flat=True).first()
    engines = list(StorageEngine.objects.filter(organization=request.organization).order_by("name", "id"))
    form = EngineChoice(
        request.POST if request.method == "POST" else None,
        engines={str(engine.pk): f"{engine.name} ({engine.get_health_display()})" for engine in engines},
        default=next((engine.name for engine in engines if engine.is_default), ""),
        initial={"engine": str(linked or "")},
    )
    if form.run(choose_engine, project=request.project, by=request.actor):
        messages.success(request, _("The storage of %s is saved.") % request.project.name)
        return redirect("projects:project", request.organization.slug, request.project.slug)
    context = {**about(request), "form": form, "has_engines": bool(engines)}
    return render(request, "infrastructure/engines/project.html", context)
