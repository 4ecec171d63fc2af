"""The demo: invented people in invented organizations, so that no page is empty. Each policy has a scene of its own."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit.chaining import link_events
from organizations import policies
from organizations.demo import default, exoscale, ovhcloud, percona
from organizations.demo.building import PASSWORD, STAFF, build_scene
from organizations.demo.keys import key_to_try
from organizations.demo.scene import Scene, address_of
from organizations.models import Kind, Membership, Status

SCENES: Mapping[str, Scene] = {
    "default": default.SCENE,
    "exoscale": exoscale.SCENE,
    "ovhcloud": ovhcloud.SCENE,
    "percona": percona.SCENE,
}


def build() -> Iterator[str]:
    """Make the demo of the policy in force, whole or not at all, unless it was made before; yields what to try."""
    policy = policies.current()
    scene = SCENES[policy.key]
    to_try: tuple[str, ...] = ()
    if not User.objects.filter(email=address_of(scene.people[0])).exists():
        with transaction.atomic():
            build_scene(scene)
            key, secret = key_to_try(scene.people[0])
        link_events()
        to_try = (
            "Try the API as the first of them, with a secret that is shown this once:",
            f"  curl --user {key}:{secret} {settings.SITE_URL}/api/v1/members",
        )
    nowhere = "a personal account only" if policy.has_personal_accounts else "in no organization"
    yield f"The policy is “{policy.key}”. Sign in with one of these and the password {PASSWORD}:"
    for name in scene.people:
        yield f"  {address_of(name):<28} {_places(name) or nowhere}"
    yield f"  {address_of(STAFF):<28} staff: /admin/"
    yield from to_try


def _places(name: str) -> str:
    """Where somebody is a member, and as what."""
    mine = Membership.objects.filter(user__email=address_of(name), organization__kind=Kind.TEAM)
    return ", ".join(
        f"{membership.held_role.label} of {membership.organization.name}{_note(membership.organization.status)}"
        for membership in mine.select_related("organization", "custom_role").order_by("joined_at", "pk")
    )


def _note(status: str) -> str:
    return "" if status == Status.ACTIVE else f" ({Status(status).label})"
