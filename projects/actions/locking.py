"""The locks that every change of a project, or of what runs there, takes first: always in this order."""

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actions.locking import check_may, lock
from organizations.actors import Actor
from organizations.roles import Permission
from projects.models import Project, Service


def lock_project(project: Project, by: Actor, needs: Permission) -> tuple[Project, Actor]:
    """The project as it is now, its organization locked until the transaction ends, and the actor as of now.

    Raises Refused where the project is gone, or the actor may no longer do what ``needs`` names in it.
    """
    organization, by = lock(project.organization_id, by)
    found = Project.objects.filter(pk=project.pk, organization=organization).select_related("region").first()
    if found is None:
        raise Refused(_("This project is gone."), code="gone")
    found.organization = organization
    check_may(needs, found, by)
    return found, by


def lock_service(service: Service, by: Actor, needs: Permission) -> tuple[Service, Actor]:
    """The service as it is now, locked too (workers and backends lock nothing else), and the actor as of now.

    Raises Refused as `lock_project` does, and where the service is gone.
    """
    project, by = lock_project(service.project, by, needs)
    found = Service.objects.select_for_update(of=("self",)).select_related("kind", "kind__endpoint", "size")
    here = found.filter(pk=service.pk, project=project).first()
    if here is None:
        raise Refused(_("This service is gone."), code="gone")
    here.project = project
    return here, by
