"""The projects of an organization."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.models import Project
from projects.requests import ProjectRequest


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def index(request: OrgRequest) -> HttpResponse:
    """The projects that the reader may know of."""
    found = Project.objects.visible_to(request.actor).order_by("sort_name", "id")[:25]
    return render(request, "projects/index.html", {"projects": found})


@require_safe
@requires_in_project(Permission.VIEW_PROJECTS)
def overview(request: ProjectRequest) -> HttpResponse:
    """A project and what runs there."""
    return render(request, "projects/overview.html", {"project": request.project})
