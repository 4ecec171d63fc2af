"""Walks every address in a project, ``/o/<slug>/projects/<project>/…``, and says what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from organizations.checks import context_patterns
from organizations.models import Membership
from projects.models import Project, Service
from tests.access.project_table import ADDRESSES, VIEW
from tests.access.table import METHODS
from tests.access.walk import ABSENT, FORBIDDEN, IN_PROJECT, OPEN, Visit, outcome


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the walk's addresses name: a project, and in it a service, somebody with a grant, and a role with one."""

    project: Project
    service: Service
    membership: Membership
    role: str = "admin"


def routes() -> dict[str, str]:
    """The route of each address in a project, by its name."""
    return {
        name.removeprefix("projects:"): route for route, name, _pattern in context_patterns() if IN_PROJECT in route
    }


def arguments_of(name: str, route: str, place: Place) -> dict[str, Any]:
    """What the route of an address takes beside the organization."""
    known = {
        "<slug:project>": ("project", place.project.slug),
        "<slug:kind>": ("kind", place.service.kind.key),
        "<str:role>": ("role", place.role),
        "<uuid:pk>": ("pk", (place.service if name.startswith("service") else place.membership).pk),
    }
    return dict(pair for part, pair in known.items() if part in route)


def all_visits(place: Place, slug: str = "") -> Iterator[Visit]:
    """Every address in the project, with every method."""
    slug = slug or place.project.organization.slug
    for name, route in sorted(routes().items()):
        address = name if ":" in name else f"projects:{name}"
        path = reverse(address, kwargs={"slug": slug, **arguments_of(name, route, place)})
        for method in METHODS:
            yield Visit(name, path, method)


def visits(place: Place, slug: str = "") -> Iterator[Visit]:
    """Every address with the methods that the table names."""
    return (visit for visit in all_visits(place, slug) if ADDRESSES[visit.name].permission(visit.method))


def expected(visit: Visit, held: set[str]) -> str:
    """What the table says of who holds these permissions in the project: without sight of it, it is not there."""
    if VIEW not in held:
        return ABSENT
    return OPEN if ADDRESSES[visit.name].is_open(visit.method, held) else FORBIDDEN


def deviations(client: Client, place: Place, held: set[str]) -> list[str]:
    """Where the walk through a project ends otherwise than the table says of who holds these permissions there."""
    return [
        f"{visit.method} {visit.path}: {found}, not {expected(visit, held)}"
        for visit in visits(place)
        if (found := outcome(visit.by(client))) != expected(visit, held)
    ]
