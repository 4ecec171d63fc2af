"""The cast: a stranger, and people whose initial is their role. Tests speak of them by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from audit.actors import ActorKind
from organizations.actions import create_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.accounts.factors import prove_factor
from tests.accounts.signing import prove

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

    olivia: Person = field(default_factory=lambda: make_person("olivia.owner@example.com"))
    adam: Person = field(default_factory=lambda: make_person("adam.admin@example.com"))
    bella: Person = field(default_factory=lambda: make_person("bella.billing@example.com"))
    theo: Person = field(default_factory=lambda: make_person("theo.tech@example.com"))
    mia: Person = field(default_factory=lambda: make_person("mia.member@example.com"))
    sam: Person = field(default_factory=lambda: make_person("sam.stranger@example.com"))
    rita: Person = field(default_factory=lambda: make_person("rita.rival@example.com"))

    def __post_init__(self) -> None:
        self.acme = make_team(
            "Acme", self.olivia, {"admin": self.adam, "billing": self.bella, "tech": self.theo, "member": self.mia}
        )
        self.rival = make_team("Rival", self.rita)

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


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in a database of this test's own."""
    return Cast()


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    """Makes somebody new: `person("new.comer@example.com", verified=False)`."""
    return make_person
