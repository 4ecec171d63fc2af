"""The lines that organizations add to the getting-started check list."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.registry import Step
from organizations import policies
from organizations.models import Invitation, Membership
from organizations.requests import UserRequest
from organizations.roles import Permission


def in_a_team(request: UserRequest) -> bool:
    """Whether the user is in an organization, their own or another's."""
    return bool(_teams(request))


def creation_page(_request: UserRequest) -> str:
    """Where an organization is made."""
    return reverse("organizations:new")


def has_colleagues(request: UserRequest) -> bool:
    """Whether the user has invited somebody, or works with others already."""
    teams = [membership.organization_id for membership in _teams(request)]
    invited = Invitation.objects.filter(organization__in=teams).values("pk")
    colleagues = Membership.objects.filter(organization__in=teams).exclude(user=request.user).values("pk")
    # One query that stops at the first, in however large a team.
    return bool(teams) and colleagues.union(invited, all=True).exists()


def invitation_page(request: UserRequest) -> str:
    """Where somebody is invited: in a team where the user may, else where there could be one."""
    for membership in _teams(request):
        if Permission.INVITE_MEMBERS in membership.permissions:
            return reverse("organizations:invitation_new", args=[membership.organization.slug])
    return creation_page(request)


def _teams(request: UserRequest) -> list[Membership]:
    return [membership for membership in request.contexts if not membership.organization.is_personal]


STEPS = [
    Step(
        label=_("Create or join an organization"),
        help=_("The place where you work with your team."),
        order=40,
        done=in_a_team,
        address=creation_page,
        action=policies.word("create_organization"),
    ),
    Step(
        label=_("Invite your colleagues"),
        help=_("Each gets a mail, and the role that you choose."),
        order=50,
        done=has_colleagues,
        address=invitation_page,
        action=policies.word("invite_member"),
    ),
]
