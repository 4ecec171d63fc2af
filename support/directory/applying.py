"""Doing what a plan says, in the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import record
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from support.directory.comparing import COMPARED, KINDS, Change, Comparison, What, compare, compared
from support.directory.copying import Copier, give_new_tickets
from support.directory.fields import Fields
from support.directory.planning import Plan
from support.directory.rows import Kind
from support.directory.standing import SOME, Standing, standing_of
from support.models import Customer, CustomerPerson, State

# The fields of a person, as the row calls them.
_COLUMNS = {"name": "name", "role": "role", "administrator": "is_administrator"}
_INSIDE = (*KINDS.values(), Kind.MESSAGE)


def apply(plan: Plan, by: Actor) -> None:
    """Do what a plan says that was made in this transaction, with the directory locked.

    Raises Refused, with the code ``changed``, where somebody has changed something of it meanwhile.
    """
    now = timezone.now()
    # Organizations first, in one order: whoever ends one holds it when the customer's row is asked for.
    for standing, comparison in sorted(_to_be_updated(plan.comparisons), key=lambda pair: pair[0].customer.pk):
        _update(standing, comparison, by)
    customers = _customers(plan.comparisons)
    for some in batched(customers, SOME):
        Customer.objects.filter(pk__in=[customer.pk for customer in some]).update(imported_at=now)
    _people(plan.comparisons, {customer.key: customer for customer in customers})


def _to_be_updated(comparisons: Iterable[Comparison]) -> Iterator[tuple[Standing, Comparison]]:
    """Those whose organization is there, and something in it is to be written."""
    for comparison in comparisons:
        if comparison.standing and any(change.given is not None for change in comparison.of(*_INSIDE)):
            yield comparison.standing, comparison


def _customers(comparisons: Iterable[Comparison]) -> list[Customer]:
    """The customers' own rows, new ones among them. What is remembered of an organization that is closed stays."""
    new: list[Customer] = []
    there: list[Customer] = []
    other: list[Customer] = []
    for comparison in comparisons:
        given, standing = comparison.given, comparison.standing
        if standing is None:
            new.append(Customer(key=given.key, name=given.name, data=given.data))
            continue
        customer = standing.customer
        there.append(customer)
        data = customer.data if customer.organization_id and not standing.organization else given.data
        if (customer.name, customer.data) != (given.name, data):
            customer.name, customer.data = given.name, data
            other.append(customer)
    Customer.objects.bulk_create(new, batch_size=SOME)
    Customer.objects.bulk_update(other, ["name", "data"], batch_size=SOME)
    return [*there, *new]


def _people(comparisons: Iterable[Comparison], customers: Mapping[str, Customer]) -> None:
    gone: list[UUID] = []
    new: list[CustomerPerson] = []
    other: list[CustomerPerson] = []
    for comparison in comparisons:
        customer = customers[comparison.given.key]
        if comparison.standing is None:
            told = {change.key: change for change in comparison.of(Kind.PERSON)}
            for email, given in comparison.given.people.items():
                row = told[email].row if email in told else None
                (other if row else new).append(_person(row, customer, email, given))
            continue
        for change in comparison.of(Kind.PERSON):
            if change.what == What.FORGOTTEN:
                gone.append(change.row.pk)
            elif change.given is not None:
                (other if change.row else new).append(_person(change.row, customer, change.key, change.given))
    for some in batched(gone, SOME):
        CustomerPerson.objects.filter(pk__in=some, joined_at=None).delete()
    columns = ["customer", *_COLUMNS.values(), "joined_at", "problem", "reminders", "reminded_at"]
    CustomerPerson.objects.bulk_update(other, columns, batch_size=SOME)
    CustomerPerson.objects.bulk_create(new, batch_size=SOME)


def _person(row: CustomerPerson | None, customer: Customer, email: str, given: Fields) -> CustomerPerson:
    person = row or CustomerPerson(email=email)
    if row and row.customer_id != customer.pk:
        # Somebody new there: neither a member yet, nor reminded.
        person.joined_at, person.problem, person.reminders, person.reminded_at = None, "", 0, None
    person.customer = customer
    for name, column in _COLUMNS.items():
        setattr(person, column, given[name])
    return person


def _update(standing: Standing, comparison: Comparison, by: Actor) -> None:
    """Change what is in an organization, with it locked: what people do there at this moment goes before or after."""
    assert standing.organization is not None  # noqa: S101 -- only then there is something in it
    organization, by = lock(standing.organization.pk, by)
    now = standing_of([standing.customer.key]).get(standing.customer.key)
    fresh = compare(comparison.given, now, {}, set())
    if [change.line for change in fresh.of(*_INSIDE)] != [change.line for change in comparison.of(*_INSIDE)]:
        raise changed()
    copier = Copier(organization, {email: person["name"] for email, person in comparison.given.people.items()})
    for name in KINDS:
        _write(name, fresh, copier)
    for change in fresh.of(Kind.MESSAGE):
        copier.add_messages(change.row, change.given or {})
    counts = Counter(_counted(change) for change in fresh.of(*_INSIDE) if change.what in {What.NEW, What.CHANGED})
    if counts:
        record("customer.updated", by=by, organization_id=organization.pk, target=standing.customer, after=dict(counts))


def changed() -> Refused:
    """What is said where the plan is no longer the one that was shown."""
    return Refused(_("Something has changed meanwhile. Look at the new plan, then apply that."), code="changed")


def _counted(change: Change) -> str:
    return f"{change.kind.value}_{change.what.value}"


def _write(name: str, fresh: Comparison, copier: Copier) -> None:
    """New rows, and rows whose fields are others, with what later files are compared with."""
    changes = fresh.of(KINDS[name])
    new = {change.key: change.given or {} for change in changes if change.what == What.NEW}
    if new:
        copier.add(name, new)
        if name == "tickets":
            give_new_tickets(copier.organization, new)
    rows: list[Any] = []
    for change in changes:
        if change.what in {What.CHANGED, What.NOTED} and change.given is not None:
            wanted = {one: change.given[one] for one in change.fields}
            copier.write(name, change.row, wanted)
            change.row.imported = compared(name, change.given)
            if name == "tickets":
                _close(change.row, wanted)
            rows.append(change.row)
    if rows:
        columns = [*COMPARED[name], "imported", *(["closed_at", "search"] if name == "tickets" else [])]
        type(rows[0]).objects.bulk_update(rows, columns, batch_size=SOME)


def _close(ticket: Any, wanted: Fields) -> None:
    if "state" in wanted:
        ticket.closed_at = timezone.now() if ticket.state == State.CLOSED else None
    if "title" in wanted:
        ticket.copy_search()
