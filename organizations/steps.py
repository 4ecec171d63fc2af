"""The lines that organizations add to the getting-started check list."""

from django.urls import reverse

from organizations.models import Invitation, Kind, Membership
from organizations.requests import UserRequest
from organizations.roles import Permission


def in_a_team(request: UserRequest) -> bool:
    """Whether the user is in an organization, their own or another's."""
    return Membership.objects.of(request.user).filter(organization__kind=Kind.TEAM).exists()


def creation_page(_request: UserRequest) -> str:
    """Where an organization is made."""
    return reverse("organizations:new")


def has_company(request: UserRequest) -> bool:
    """Whether the user has invited somebody, or works with others already."""
    mine = Membership.objects.of(request.user).filter(organization__kind=Kind.TEAM).values("organization")
    return (
        Invitation.objects.filter(organization__in=mine).exists()
        or Membership.objects.filter(organization__in=mine).exclude(user=request.user).exists()
    )


def invitation_page(request: UserRequest) -> str:
    """Where somebody is invited: in a team where the user may, else where there could be one."""
    team = (
        Membership.objects.of(request.user)
        .filter(organization__kind=Kind.TEAM)
        .holding(Permission.INVITE_MEMBERS)
        .first()
    )
    return reverse("organizations:invitation_new", args=[team.organization.slug]) if team else creation_page(request)
