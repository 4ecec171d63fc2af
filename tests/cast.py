"""The cast: a stranger, and people whose initial is their role. Tests speak of them by name."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import get_language

from accounts.models import User
from audit.actors import ActorKind
from organizations.actions import create_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.accounts.factors import prove_factor
from tests.accounts.signing import prove
from tests.recording import Recording

# Signed in through the session, so the hash is never checked; tests of signing in make their own people.
NO_PASSWORD = None


@dataclass
class Person:
    """Somebody with a browser of their own."""

    user: User

    @cached_property
    def client(self) -> Client:
        """A browser in which the person signed in just now; staff with a second factor, which the admin asks for."""
        client = Client()
        client.force_login(self.user)
        prove(client)
        if self.user.is_staff:
            prove_factor(client, self.user)
        return client

    def actor(self, organization: Organization | None = None) -> Actor:
        """The person acting in an organization, or outside of any."""
        if organization is None:
            return Actor(kind=ActorKind.USER, user=self.user)
        return Actor.member(self.membership(organization))

    def membership(self, organization: Organization) -> Membership:
        """The person's membership there, as it is now."""
        return Membership.objects.select_related("user", "organization").get(organization=organization, user=self.user)


def make_person(email: str, *, verified: bool = True, **fields: Any) -> Person:
    """Somebody new, with a personal account; `olivia.owner@example.com` is Olivia Owner."""
    first, _dot, last = email.partition("@")[0].partition(".")
    names = {"first_name": first.capitalize(), "last_name": last.capitalize()}
    return Person(User.objects.create_user(email, NO_PASSWORD, verified=verified, **{**names, **fields}))


def make_team(name: str, founder: Person, members: dict[str, Person] | None = None) -> Organization:
    """An organization that ``founder`` made, with members by role."""
    organization = create_organization(name=name, by=founder.actor())
    for role, person in (members or {}).items():
        Membership.build(organization=organization, user=person.user, role=role).save()
    return organization


@dataclass
class Cast:
    """Everybody. In Acme each has the role of their initial; Rita owns Rival, where none of them is; Sam is nowhere."""

    olivia: Person
    adam: Person
    bella: Person
    theo: Person
    mia: Person
    sam: Person
    rita: Person
    acme: Organization
    rival: Organization

    @property
    def roles(self) -> dict[str, Person]:
        """Who has which role in Acme."""
        return {
            "owner": self.olivia,
            "admin": self.adam,
            "billing": self.bella,
            "tech": self.theo,
            "member": self.mia,
        }


def make_cast() -> Cast:
    """Everybody, by the actions that make people and organizations."""
    olivia = make_person("olivia.owner@example.com")
    adam = make_person("adam.admin@example.com")
    bella = make_person("bella.billing@example.com")
    theo = make_person("theo.tech@example.com")
    mia = make_person("mia.member@example.com")
    sam = make_person("sam.stranger@example.com")
    rita = make_person("rita.rival@example.com")
    acme = make_team("Acme", olivia, {"admin": adam, "billing": bella, "tech": theo, "member": mia})
    rival = make_team("Rival", rita)
    return Cast(olivia, adam, bella, theo, mia, sam, rita, acme, rival)


# The cast and its rows, by the policy and the language that it was made under, as this process made it first.
recorded: dict[tuple[str, str | None], tuple[Cast, Recording]] = {}


def write_cast() -> Cast:
    """The cast as `make_cast` makes it, in a few queries from the second time on."""
    made_under = (settings.CONSOLE_POLICY, get_language())
    if made_under not in recorded:
        made: list[Cast] = []
        recording = Recording.of(lambda: made.append(make_cast()))
        recorded[made_under] = (made[0], recording)
        return deepcopy(made[0])
    first, recording = recorded[made_under]
    rows: dict[UUID, Any] = recording.write()
    names = [each.name for each in fields(first)]
    return Cast(**{name: _as_written(getattr(first, name), rows) for name in names})


def _as_written(one: Person | Organization, rows: dict[UUID, Any]) -> Any:
    return Person(rows[one.user.pk]) if isinstance(one, Person) else rows[one.pk]


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in a database of this test's own."""
    return write_cast()


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    """Makes somebody new: `person("new.comer@example.com", verified=False)`."""
    return make_person
