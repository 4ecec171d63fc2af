"""How many projects and services an organization may have: any number, unless its plan says otherwise (issue)."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.registry import Limit
from organizations.actions.limits import beyond
from organizations.models import Allowance, Organization
from projects.models import Project, Service


def check_room_for_project(organization: Organization) -> None:
    """Refuse an organization one more project than it may have; one that is being deleted counts until it is gone.

    Raises Refused with a sentence that says who can get more.
    """
    most = organization.allowed(Allowance.Name.PROJECTS)
    if most is None or _projects(organization.pk) < most:
        return
    full = ngettext(
        "There can be %d project here, and there is. Delete it, or choose a larger plan under billing.",
        "There can be %d projects here, and there are. Delete one, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no projects here. Choose a larger plan under billing.")
    raise beyond(full % most if most else none, organization)


def check_room_for_service(organization: Organization) -> None:
    """Refuse a locked organization one more service than it may have. Raises Refused as above."""
    most = organization.allowed(Allowance.Name.SERVICES)
    if most is None or _services(organization.pk) < most:
        return
    full = ngettext(
        "%(name)s may have %(count)d service. Delete one first, or choose a larger plan under billing.",
        "%(name)s may have %(count)d services. Delete one first, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no services here. Choose a larger plan under billing.")
    raise beyond(full % {"name": organization.display_name, "count": most} if most else none, organization)


def _projects(organization_id: UUID) -> int:
    return Project.objects.filter(organization=organization_id).count()


def _services(organization_id: UUID) -> int:
    return Service.objects.present().filter(project__organization=organization_id).count()


LIMITS = [
    Limit(name=Allowance.Name.PROJECTS, count=_projects),
    Limit(name=Allowance.Name.SERVICES, count=_services),
]
