"""Walks every address below ``/o/<slug>/billing/``, and says what came of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from billing.models import Invoice, Payment, PaymentMethod, Plan, Recipient
from organizations.checks import context_patterns
from organizations.models import Organization
from tests.access.billing_table import ADDRESSES, QUERIES
from tests.access.table import METHODS
from tests.access.walk import FORBIDDEN, IN_BILLING, OPEN, Visit, outcome
from tests.billing.making import fund, make_invoice, make_method, make_payment, make_plan, make_recipient


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the walk's addresses name, of one organization; the payment is one that has failed."""

    organization: Organization
    payment: Payment
    method: PaymentMethod
    recipient: Recipient
    invoice: Invoice

    @classmethod
    def of(cls, organization: Organization) -> "Place":
        """One of each, made now."""
        fund(organization, 5_000)
        if not Plan.objects.exists():
            make_plan()
        return cls(
            organization=organization,
            payment=make_payment(organization, 2_500, state="failed", problem="The card was declined."),
            method=make_method(organization),
            recipient=make_recipient(organization),
            invoice=make_invoice(organization),
        )


def routes() -> dict[str, str]:
    """The route of each address of billing, by its name."""
    return {name.removeprefix("billing:"): route for route, name, _p in context_patterns() if IN_BILLING in route}


def arguments_of(name: str, route: str, place: Place) -> dict[str, Any]:
    """What the route of an address takes beside the organization."""
    objects = {"payment": place.payment, "method": place.method, "recipient": place.recipient}
    known: dict[str, tuple[str, Any]] = {
        "<int:year>": ("year", place.invoice.year),
        "<str:number>": ("number", place.invoice.number),
    }
    if "<uuid:pk>" in route:
        known["<uuid:pk>"] = ("pk", objects[name.partition("_")[0]].pk)
    return dict(pair for part, pair in known.items() if part in route)


def all_visits(place: Place, slug: str = "") -> Iterator[Visit]:
    """Every address of billing, with every method."""
    for name, route in sorted(routes().items()):
        arguments = arguments_of(name, route, place)
        path = reverse(f"billing:{name}", kwargs={"slug": slug or place.organization.slug, **arguments})
        path += QUERIES.get(name, "")
        for method in METHODS:
            yield Visit(name, path, method)


def visits(place: Place, slug: str = "") -> Iterator[Visit]:
    """Every address with the methods that the table names."""
    return (visit for visit in all_visits(place, slug) if ADDRESSES[visit.name].permission(visit.method))


def expected_for(held: set[str]) -> Callable[[Visit], str]:
    """What the table says of who holds these permissions."""
    return lambda visit: OPEN if ADDRESSES[visit.name].is_open(visit.method, held) else FORBIDDEN


def deviations(client: Client, place: Place, expected: Callable[[Visit], str], slug: str = "") -> list[str]:
    """Where the walk ends otherwise than expected."""
    return [
        f"{visit.method} {visit.path}: {found}, not {expected(visit)}"
        for visit in visits(place, slug)
        if (found := outcome(visit.by(client))) != expected(visit)
    ]
