"""Makes the people and organizations of a scene, with the actions that pages use."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import User
from organizations.actions import accept_invitation, create_organization, invite_member
from organizations.actors import Actor
from organizations.demo.scene import Scene, Team, address_of
from organizations.demo.situations import member, person
from organizations.models import Membership, Organization

PASSWORD = "console-demo"  # noqa: S105 -- the demo's, which production refuses to build
STAFF = "Stella Staff"


def build_scene(scene: Scene) -> None:
    """Make everybody, and then one organization after the other, in the caller's transaction."""
    password = make_password(PASSWORD)
    for name in (*scene.people, *scene.extras, STAFF):
        _person(name, password)
    for team in scene.teams:
        _team(team)


def _person(name: str, password: str) -> None:
    first, _space, last = name.partition(" ")
    is_staff = name == STAFF
    user = User.objects.create_user(
        address_of(name), verified=True, first_name=first, last_name=last, is_staff=is_staff, is_superuser=is_staff
    )
    # Hashed once: it takes its time on purpose.
    User.objects.filter(pk=user.pk).update(password=password)
    # Nobody was last seen in the personal account: signing in leads to an organization, where the policy lets it.
    Membership.objects.filter(user=user).update(last_active_at=timezone.now() - timedelta(days=500))


def _team(team: Team) -> None:
    organization = create_organization(name=team.name, by=person(team.founder))
    Organization.objects.filter(pk=organization.pk).update(created_at=timezone.now() - timedelta(days=400))
    organization.refresh_from_db()
    organization.description = team.description
    organization.save()
    founder = Actor.member(member(organization, team.founder))
    for name, role in team.members.items():
        invitation = invite_member(organization=organization, email=address_of(name), role=role, by=founder)
        accept_invitation(invitation=invitation, by=person(name))
    _spread(organization)
    for situation in team.situations:
        situation(organization, founder)


def _spread(organization: Organization) -> None:
    """Let members have joined and been there at different times, as people do."""
    memberships = list(organization.memberships.order_by("pk"))
    for number, membership in enumerate(memberships):
        membership.joined_at = timezone.now() - timedelta(days=400 - 23 * number)
        membership.last_active_at = timezone.now() - timedelta(hours=5 * number * number, minutes=7)
    Membership.objects.bulk_update(memberships, ["joined_at", "last_active_at"])
