"""The check in front of a view of a project."""

import functools
from collections.abc import Callable
from typing import Concatenate, Protocol, cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from organizations.access import forbidden, requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from projects.models import Project
from projects.requests import ProjectRequest

type ProjectView[**P, R] = Callable[Concatenate[ProjectRequest, P], R]


class Requirement(Protocol):
    """What `requires_in_project` puts around a view: it answers as the view does, or with the 403 page."""

    def __call__[**P, R: HttpResponseBase](self, view: ProjectView[P, R], /) -> Callable[..., R | HttpResponse]:
        """Wrap the view."""


def requires_in_project(permission: Permission) -> Requirement:
    """Declare what a view below ``/o/<slug>/projects/<project>/`` asks for: the permission in that project.

    The view gets ``request.project`` instead of the slug, and ``request.held``: all that the actor may do there. Who
    may not know of the project gets the same 404 as for one that is not there; who may, without the permission, the
    403 page and an event.
    """

    def decorate[**P, R: HttpResponseBase](view: ProjectView[P, R]) -> Callable[..., R | HttpResponse]:
        @requires(Permission.VIEW_ORGANIZATION)  # type: ignore[arg-type] # the slug comes by name
        @functools.wraps(view)
        def checked(request: OrgRequest, project: str, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
            found = project_at(request, project)
            held = found.permissions_of(request.actor)
            if Permission.VIEW_PROJECTS not in held:
                raise Http404
            if permission not in held:
                return forbidden(request, permission, allowed=found.grantable_by(request.actor))
            here = cast("ProjectRequest", request)
            here.project, here.held = found, held
            return view(here, *args, **kwargs)

        checked.permission_in_project = permission  # type: ignore[attr-defined] # read by tests
        return checked

    return decorate


def about_people[**P, R: HttpResponseBase](view: ProjectView[P, R]) -> Callable[..., R | HttpResponse]:
    """Ask besides, below `requires_in_project`, that the actor may see the members: the view shows who they are.

    In a personal account, which has nobody else, such a page is a 404.
    """

    @functools.wraps(view)
    def checked(request: ProjectRequest, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
        if request.organization.is_personal:
            raise Http404
        if not request.actor.can(Permission.VIEW_MEMBERS):
            return forbidden(request, Permission.VIEW_MEMBERS)
        return view(request, *args, **kwargs)

    return checked


def project_at(request: OrgRequest, slug: str) -> Project:
    """The project of that address in the organization of the request. Raises Http404 where there is none."""
    found = Project.objects.filter(organization=request.organization, slug=slug).select_related("region").first()
    if found is None:
        raise Http404
    found.organization = request.organization
    return found
