"""How many projects and services an organization may have: any number, unless its plan says otherwise (issue)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.refusal import Refused
from organizations import policies
from organizations.models import Allowance, Organization
from organizations.roles import Permission
from projects.models import Service


def check_room_for_project(organization: Organization) -> None:
    """Refuse an organization one more project than it may have; one that is being deleted counts until it is gone.

    Raises Refused with a sentence that says who can get more.
    """
    most = organization.allowed(Allowance.Name.PROJECTS)
    if most is None or organization.projects.count() < most:
        return
    full = ngettext(
        "There can be %d project here, and there is. Delete it, or choose a larger plan under billing.",
        "There can be %d projects here, and there are. Delete one, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no projects here. Choose a larger plan under billing.")
    raise _refusal(full % most if most else none, organization)


def check_room_for_service(organization: Organization) -> None:
    """Refuse a locked organization one more service than it may have. Raises Refused as above."""
    most = organization.allowed(Allowance.Name.SERVICES)
    if most is None or Service.objects.present().filter(project__organization=organization).count() < most:
        return
    full = ngettext(
        "%(name)s may have %(count)d service. Delete one first, or choose a larger plan under billing.",
        "%(name)s may have %(count)d services. Delete one first, or choose a larger plan under billing.",
        most,
    )
    none = _("There can be no services here. Choose a larger plan under billing.")
    raise _refusal(full % {"name": organization.display_name, "count": most} if most else none, organization)


def _refusal(full: str, organization: Organization) -> Refused:
    """What is full, and, where there are several people, who of them can pay for more."""
    if organization.is_personal:
        return Refused(full, code="allowance")
    payers = ", ".join(str(role.label) for role in policies.current().roles_with(Permission.PAY))
    return Refused(f"{full} {_('Who can do that: members with the role %s.') % payers}", code="allowance")
