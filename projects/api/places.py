"""What the addresses of operations name: a project, or a service in one, of the organization that the key belongs to.

Who may not know of the project gets the same 404 as for one that is not there, as on the pages (projects.access).
"""

from uuid import UUID

from django.http import Http404

from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from projects.models import Project, Service


class ProjectKeyRequest(KeyRequest):
    """A request about a project that the key may know of."""

    project: Project


class ServiceKeyRequest(ProjectKeyRequest):
    """A request about a service in such a project."""

    service: Service


def project_at(request: ProjectKeyRequest, project: str, **others: str) -> Project:
    """The project of that slug, put on the request too; ``others``: what else the address names. Raises Http404."""
    found = Project.objects.filter(organization=request.organization, slug=project)
    request.project = _known(request, found.select_related("region", "created_by").first())
    return request.project


def service_at(request: ServiceKeyRequest, pk: UUID) -> Service:
    """The service of that id, put on the request with its project; also one that was deleted. Raises Http404."""
    services = Service.objects.filter(project__organization=request.organization, pk=pk)
    found = services.select_related("project__region", "kind", "size", "created_by").first()
    request.project = _known(request, found.project if found else None)
    assert found is not None  # noqa: S101 -- its project is there
    request.service = found
    return found


def _known(request: KeyRequest, project: Project | None) -> Project:
    if project is None:
        raise Http404
    project.organization = request.organization
    if not request.actor.can(Permission.VIEW_PROJECTS, project):
        raise Http404
    return project
