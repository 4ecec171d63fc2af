"""The demo: invented people, one for each role, in four organizations, so that no page is empty."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from audit.actors import ActorKind
from organizations import policies
from organizations.actions import (
    accept_invitation,
    create_organization,
    decline_invitation,
    invite_member,
    revoke_invitation,
    suspend_organization,
)
from organizations.actors import Actor
from organizations.models import Invitation, Kind, Membership, Organization

PASSWORD = "console-demo"  # noqa: S105 -- the demo's, which production refuses to build

PEOPLE = [
    ("Olivia", "Owner"),
    ("Adam", "Admin"),
    ("Bella", "Billing"),
    ("Theo", "Tech"),
    ("Mia", "Member"),
    ("Sam", "Stranger"),
]
EXTRAS = [
    ("Amara", "Okafor"), ("Bruno", "Silva"), ("Chloé", "Martin"), ("Dmitri", "Volkov"), ("Elif", "Kaya"),
    ("Farid", "Haddad"), ("Greta", "Lindqvist"), ("Hiro", "Tanaka"), ("Ines", "Moreau"), ("Jonas", "Weber"),
]  # fmt: skip

# Name, founder, then who has which role.
ORGANIZATIONS = {
    "Acme Robotics": (
        "olivia.owner",
        {"adam.admin": "admin", "bella.billing": "billing", "theo.tech": "tech", "mia.member": "member"},
    ),
    "Borealis Foods": ("adam.admin", {"olivia.owner": "member", "mia.member": "tech"}),
    "Cobalt Labs": ("theo.tech", {"olivia.owner": "admin", "bella.billing": "billing"}),
    "Delta Studio": ("bella.billing", {"adam.admin": "owner"}),
}
DESCRIPTIONS = {
    "Acme Robotics": "Arms, grippers and the software that moves them.",
    "Borealis Foods": "Frozen berries from the far north.",
    "Cobalt Labs": "Battery chemistry.",
    "Delta Studio": "Maps and wayfinding.",
}


def build() -> Iterator[str]:
    """Make the demo, whole or not at all, unless it was made before; yields lines that say what there is to try."""
    if not User.objects.filter(email=_email(*PEOPLE[0])).exists():
        with transaction.atomic():
            people = _people()
            for name in ORGANIZATIONS:
                _organization(name, people)
            _invitations(people)
    yield f"Sign in with one of these and the password {PASSWORD}:"
    for first, last in PEOPLE:
        email = _email(first, last)
        mine = Membership.objects.filter(user__email=email, organization__kind=Kind.TEAM).order_by("joined_at")
        roles = [f"{m.held_role.label} of {m.organization.name}" for m in mine.select_related("organization")]
        yield f"  {email:<28} {', '.join(roles) or 'in no organization'}"
    yield f"  {_email('Stella', 'Staff'):<28} staff: /admin/"


def _email(first: str, last: str) -> str:
    return f"{slugify(first)}.{slugify(last)}@example.com"


def _people() -> dict[str, User]:
    """Everybody, by the part of the address before the @."""
    password = make_password(PASSWORD)
    people = {}
    for first, last in [*PEOPLE, *EXTRAS, ("Stella", "Staff")]:
        email, is_staff = _email(first, last), last == "Staff"
        user = User.objects.create_user(
            email, verified=True, first_name=first, last_name=last, is_staff=is_staff, is_superuser=is_staff
        )
        User.objects.filter(pk=user.pk).update(password=password)
        # Nobody was last seen in the personal account: signing in leads to an organization.
        Membership.objects.filter(user=user).update(last_active_at=timezone.now() - timedelta(days=500))
        people[email.partition("@")[0]] = user
    return people


def _actor(organization: Organization, user: User) -> Actor:
    return Actor.member(
        Membership.objects.select_related("user", "organization").get(organization=organization, user=user)
    )


def _join(organization: Organization, founder: Actor, user: User, role: str) -> None:
    invitation = invite_member(organization=organization, email=user.email, role=role, by=founder)
    accept_invitation(invitation=invitation, by=Actor(kind=founder.kind, user=user))


def _organization(name: str, people: dict[str, User]) -> None:
    founder_key, members = ORGANIZATIONS[name]
    founder_user = people[founder_key]
    system = Actor.system()
    organization = create_organization(name=name, by=Actor(kind=ActorKind.USER, user=founder_user))
    Organization.objects.filter(pk=organization.pk).update(
        description=DESCRIPTIONS[name], created_at=timezone.now() - timedelta(days=400)
    )
    founder = _actor(organization, founder_user)
    for key, role in members.items():
        _join(organization, founder, people[key], role)
    if name == "Acme Robotics":
        roles = [role.key for role in policies.current().roles[2:]]
        for number, (first, last) in enumerate(EXTRAS[:8]):
            key = _email(first, last).partition("@")[0]
            _join(organization, founder, people[key], roles[number % len(roles)])
    # Joined and last seen at different times, as people are.
    memberships = list(organization.memberships.all())
    for number, membership in enumerate(memberships):
        membership.joined_at = timezone.now() - timedelta(days=400 - 23 * number)
        membership.last_active_at = timezone.now() - timedelta(hours=5 * number * number, minutes=7)
    Membership.objects.bulk_update(memberships, ["joined_at", "last_active_at"])
    if name == "Cobalt Labs":
        suspend_organization(organization=organization, reason="past_due", by=system)


def _invitations(people: dict[str, User]) -> None:
    """Invitations in each state."""
    acme = Organization.objects.get(name="Acme Robotics", kind="team")
    owner = _actor(acme, people["olivia.owner"])
    invite_member(organization=acme, email="new.colleague@example.com", role="tech", note="Welcome on board!", by=owner)
    invite_member(organization=acme, email="sam.stranger@example.com", role="member", by=owner)
    declined = invite_member(organization=acme, email=people["ines.moreau"].email, role="billing", by=owner)
    decline_invitation(invitation=declined, by=Actor(kind=owner.kind, user=people["ines.moreau"]))
    revoked = invite_member(organization=acme, email="wrong.person@example.com", role="admin", by=owner)
    revoke_invitation(invitation=revoked, by=owner)
    expired = invite_member(organization=acme, email="old.friend@example.com", role="member", by=owner)
    Invitation.objects.filter(pk=expired.pk).update(
        sent_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )
    borealis = Organization.objects.get(name="Borealis Foods", kind="team")
    invite_member(
        organization=borealis,
        email="sam.stranger@example.com",
        role="member",
        note="We would love to have you.",
        by=_actor(borealis, people["adam.admin"]),
    )
