"""Walks every address of infrastructure and of support below ``/o/<slug>/``, and says what came of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from infrastructure.models import ServerToken
from organizations.checks import context_patterns
from organizations.models import Organization
from support.models import Attachment
from tests.access.table import METHODS
from tests.access.walk import ABSENT, FORBIDDEN, IN_PROJECT, OPEN, Visit, outcome
from tests.infrastructure.making import make_certificate, make_engine, make_server
from tests.support.making import make_contact, make_entitlement, make_ticket

# What the routes of objects name, by the noun that an address's name begins with.
type Objects = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class AppAddress:
    """What an address asks for, by method; a method that is not there is not answered. A personal account has it, too.

    Of several permissions, with a space between, one is enough. ``besides``: what it asks for besides; ``of_others``:
    the permission without which what somebody else made is not there.
    """

    get: str = ""
    post: str = ""
    besides: str = ""
    of_others: str = ""

    def permission(self, method: str) -> str:
        """The permission that the method needs; empty where the address does not take the method."""
        return {"GET": self.get, "POST": self.post}.get(method, "")

    def answer(self, method: str, held: set[str]) -> str:
        """What comes of it for who holds these permissions, and made none of what is there."""
        if held.isdisjoint(self.permission(method).split()):
            return FORBIDDEN
        if self.of_others and self.of_others not in held:
            return ABSENT
        return OPEN if not self.besides or self.besides in held else FORBIDDEN


@dataclass(frozen=True, kw_only=True)
class App:
    """An app with a table of its own; ``furnish``: makes one of each thing that its addresses name."""

    name: str
    addresses: Mapping[str, AppAddress]
    furnish: Callable[[Organization], Objects]
    queries: Mapping[str, str] = field(default_factory=dict)

    def routes(self) -> dict[str, str]:
        """The route of each of its addresses, by name; what is in a project is walked with projects."""
        prefix = f"{self.name}:"
        return {
            name.removeprefix(prefix): route
            for route, name, _pattern in context_patterns()
            if name.startswith(prefix) and IN_PROJECT not in route
        }

    def all_visits(self, slug: str, objects: Objects) -> Iterator[Visit]:
        """Every address, with every method."""
        for name, route in sorted(self.routes().items()):
            named = {key: value for key, value in _known(name, objects).items() if f":{key}>" in route}
            path = reverse(f"{self.name}:{name}", kwargs={"slug": slug, **named}) + self.queries.get(name, "")
            for method in METHODS:
                yield Visit(name, path, method)

    def visits(self, slug: str, objects: Objects) -> Iterator[Visit]:
        """Every address with the methods that the table names."""
        return (
            visit for visit in self.all_visits(slug, objects) if self.addresses[visit.name].permission(visit.method)
        )

    def of_objects(self) -> set[str]:
        """The names of those that are about one object."""
        return {name for name, route in self.routes().items() if "<uuid:" in route}

    def expected_for(self, held: set[str]) -> Callable[[Visit], str]:
        """What the table says of who holds these permissions."""
        return lambda visit: self.addresses[visit.name].answer(visit.method, held)

    def deviations(self, client: Client, slug: str, objects: Objects, expected: Callable[[Visit], str]) -> list[str]:
        """Where the walk ends otherwise than expected."""
        return [
            f"{visit.method} {visit.path}: {found}, not {expected(visit)}"
            for visit in self.visits(slug, objects)
            if (found := outcome(visit.by(client))) != expected(visit)
        ]


def _known(name: str, objects: Objects) -> dict[str, Any]:
    """What is made for an address of that name: by its noun, or by what its name says more exactly."""
    nouns = [noun for noun in objects if f"{name}_".startswith(f"{noun}_")]
    return objects[max(nouns, key=len)] if nouns else {}


def furnish_infrastructure(organization: Organization) -> Objects:
    """One of each, made now; the server was connected by somebody who is gone."""
    founder = organization.memberships.order_by("rank", "id")[0]
    token = ServerToken.objects.create(
        organization=organization,
        membership=founder,
        digest=uuid4().hex,
        expires_at=timezone.now() + timedelta(minutes=30),
    )
    # An address that nobody is asked about, and that we connect to for nobody.
    config = {"host": "10.0.0.1", "port": 5432, "database": "data", "user": "console", "tls": "require"}
    return {
        "certificate": {"pk": make_certificate(organization).pk},
        "engine": {"pk": make_engine(organization, config=config).pk},
        "server": {"pk": make_server(organization).pk},
        "server_token": {"pk": token.pk},
    }


def furnish_support(organization: Organization) -> Objects:
    """One of each, made now; the ticket was raised by somebody who is gone."""
    ticket = make_ticket(organization, raised_by=None)
    attachment = Attachment.objects.create(
        message=ticket.messages.get(), name="log.txt", content_type="text/plain", size=1, file=f"support/{uuid4()}"
    )
    return {
        "ticket": {"pk": ticket.pk},
        "message": {"pk": ticket.pk},
        "attachment": {"pk": ticket.pk, "file": attachment.pk},
        "contact": {"pk": make_contact(organization).pk},
        "entitlement": {"pk": make_entitlement(organization).pk},
    }
