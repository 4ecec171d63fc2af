"""The lists of support cost the same number of queries whether there is one row or a thousand."""

from collections.abc import Callable

import pytest
from django.db.models import Max
from django.utils import timezone

from organizations.models import Organization
from support.models import Contact, CustomerPerson, Entitlement, Ticket
from tests.api.keying import program_of
from tests.bench.test_list_queries import MANY, queries
from tests.cast import Cast
from tests.support.making import make_customer, make_entitlement, make_level, make_product

pytestmark = pytest.mark.django_db


def tickets(acme: Organization, number: int) -> None:
    last = acme.tickets.aggregate(last=Max("number"))["last"] or 0
    entitlement = Entitlement.objects.filter(organization=acme).first() or make_entitlement(acme)
    Ticket.objects.bulk_create(
        Ticket(
            organization=acme,
            number=last + 1 + index,
            title="It does not start",
            raised_by_name="Mia Member",
            product=make_product() if index < 2 else None,
            entitlement=entitlement,
            answer_due_at=timezone.now(),
        )
        for index in range(number)
    )


def entitlements(acme: Organization, number: int) -> None:
    level, last, day = make_level(), Entitlement.objects.count(), timezone.now().date()
    Entitlement.objects.bulk_create(
        Entitlement(
            organization=acme, number=f"B-{last + index}", name="Databases", level=level, starts_on=day, ends_on=day
        )
        for index in range(number)
    )


def contacts(acme: Organization, number: int) -> None:
    Contact.objects.bulk_create(
        Contact(organization=acme, side=side, name="Carla", email="carla@example.com")
        for _index in range(number)
        for side in ("customer", "company")
    )


def people(acme: Organization, number: int) -> None:
    customer = getattr(acme, "customer", None) or make_customer(organization=acme)
    last = CustomerPerson.objects.count()
    CustomerPerson.objects.bulk_create(
        CustomerPerson(customer=customer, email=f"person-{last + index}@example.com", role="member")
        for index in range(number)
    )


# Where each list is, what fills it, and what it takes at most: four for who asks and where, and what the frame shows.
LISTS: dict[str, tuple[Callable[[Organization, int], None], int]] = {
    "support/": (tickets, 15),
    "support/tickets/": (tickets, 8),
    "support/entitlements/": (entitlements, 7),
    "support/contacts/": (contacts, 7),
    "support/registrations/": (people, 10),
}


def test_they_take_as_many_for_a_thousand_as_for_one(cast: Cast) -> None:
    client = cast.olivia.client

    def taken() -> dict[str, int]:
        return {page: queries(client, f"/o/acme/{page}") for page in LISTS}

    filling = list(dict.fromkeys(fill for fill, _most in LISTS.values()))
    for fill in filling:
        fill(cast.acme, 1)
    with_one = taken()
    for fill in filling:
        fill(cast.acme, MANY)
    assert taken() == with_one
    assert {page: number for page, number in with_one.items() if number > LISTS[page][1]} == {}


def test_programs_get_a_page_for_as_many_queries(cast: Cast) -> None:
    program = program_of(cast.adam, cast.acme)

    def taken() -> list[int]:
        headers = {"Authorization": program.basic}
        return [queries(program.client, f"/api/v1/{noun}?limit=100", headers) for noun in ("entitlements", "contacts")]

    for fill in (entitlements, contacts):
        fill(cast.acme, 1)
    with_one = taken()
    for fill in (entitlements, contacts):
        fill(cast.acme, 120)
    assert taken() == with_one
    assert len(program.get("/contacts", limit="100").json()["items"]) == 100
