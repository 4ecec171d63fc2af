"""What the database has of customers, read for many of them at once: what a file is compared with."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from organizations.models import Organization
from support.models import Contact, Customer, CustomerPerson, Entitlement, Message, Ticket

# Customers, or addresses, that are read at a time.
SOME = 500


@dataclass
class Standing:
    """A customer as it is now, with its people by address.

    ``rows``: of its organization, what came from the directory, by "contacts", "entitlements" and "tickets", and by the
    directory's keys; ``messages``: the directory's keys of those of each ticket.
    """

    customer: Customer
    people: dict[str, CustomerPerson] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[UUID, set[str]] = field(default_factory=dict)

    @property
    def organization(self) -> Organization | None:
        """What was recreated of it, while it is open; nothing is added to one that is closed."""
        there = self.customer.organization
        return there if there and not there.is_closed else None


def standing_of(keys: Collection[str]) -> dict[str, Standing]:
    """Those of the customers with these keys that are there, by key; a handful of queries for some hundreds."""
    found: dict[str, Standing] = {}
    for some in batched(sorted(keys), SOME):
        customers = Customer.objects.filter(key__in=some).select_related("organization")
        there = {customer.pk: Standing(customer) for customer in customers}
        for person in CustomerPerson.objects.filter(customer__in=list(there)):
            there[person.customer_id].people[person.email.lower()] = person
        _add_rows({one.organization.pk: one for one in there.values() if one.organization})
        found |= {one.customer.key: one for one in there.values()}
    return found


def _add_rows(there: dict[UUID, Standing]) -> None:
    if not there:
        return
    own = list(there)
    sets: dict[str, QuerySet[Any]] = {
        "contacts": Contact.objects.all(),
        "entitlements": Entitlement.objects.select_related("level"),
        "tickets": Ticket.objects.select_related("product"),
    }
    for name, rows in sets.items():
        for one in there.values():
            one.rows[name] = {}
        for row in rows.filter(organization__in=own).exclude(directory_key=""):
            there[row.organization_id].rows[name][row.directory_key] = row
    messages = Message.objects.filter(ticket__organization__in=own).exclude(directory_key="")
    for organization_id, ticket_id, key in messages.values_list("ticket__organization", "ticket", "directory_key"):
        there[organization_id].messages.setdefault(ticket_id, set()).add(key)


def elsewhere(addresses: Collection[str]) -> Iterator[tuple[CustomerPerson, str]]:
    """Who of these addresses (in small letters) stands in the directory, with the key of the customer."""
    for some in batched(sorted(addresses), SOME):
        for person in CustomerPerson.objects.of_addresses(list(some)).select_related("customer"):
            yield person, person.customer.key
