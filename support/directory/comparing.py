"""What a file changes about one customer: field by field, and three ways, so that nobody's work here is overwritten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from support.directory.fields import Fields
from support.directory.rows import COPIED, Given, Kind
from support.directory.standing import Standing
from support.models import CustomerPerson

# The fields that are compared, by the kind of row; what else a ticket has says how it came about.
COMPARED: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("side", "name", "duty", "email", "phone"),
    "entitlements": (
        "number", "name", "tier", "units", "unit", "level", "starts_on", "ends_on", "families",
    ),
    "tickets": ("title", "product", "priority", "state"),
}  # fmt: skip
KINDS: Final = {"contacts": Kind.CONTACT, "entitlements": Kind.ENTITLEMENT, "tickets": Kind.TICKET}


class What(StrEnum):
    """What becomes of something."""

    NEW = "new"
    CHANGED = "changed"
    # Somebody has changed it here: what is here stays.
    KEPT = "kept"
    # Somebody has removed it here: it does not come back.
    REMOVED = "removed"
    # The file no longer has it, and it stays.
    GONE = "gone"
    # The file no longer has it, and it goes: nobody has come by it.
    FORGOTTEN = "forgotten"
    # The file has the person at another customer.
    MOVED = "moved"
    # Nobody is named whose sign-in makes the organization.
    HEADLESS = "headless"
    # Nothing that people see; only what later files are compared with.
    NOTED = "noted"


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that becomes of something: ``fields`` with what was before, or is here, and what the file says.

    ``row``: the row of the database, where there is one; ``given``: the fields in the file.
    """

    what: What
    kind: Kind
    key: str
    fields: dict[str, list[Any]] = field(default_factory=dict)
    row: Any = None
    given: Fields | None = None

    @property
    def line(self) -> dict[str, Any]:
        """As the plan keeps it."""
        return {"what": self.what.value, "kind": self.kind.value, "key": self.key, "fields": self.fields}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All that becomes of a customer. ``standing``: None for a new one."""

    given: Given
    standing: Standing | None
    changes: list[Change]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What the plan tells."""
        return [change.line for change in self.changes if change.what != What.NOTED]

    def of(self, *kinds: Kind) -> list[Change]:
        """The changes of these kinds."""
        return [change for change in self.changes if change.kind in kinds]


def compare(
    given: Given, standing: Standing | None, moving: Mapping[str, CustomerPerson], leaving: set[str]
) -> Comparison:
    """Compare a customer of a file with what is there.

    ``moving``: who stands at another customer so far, by address; ``leaving``: of this customer's people those whom the
    file has at another one.
    """
    changes = [*_customer(given, standing), *_people(given, standing, moving, leaving)]
    if standing and standing.organization:
        for name in COPIED:
            changes += _rows(name, given, standing)
    elif standing and not standing.customer.organization_id:
        for name in COPIED:
            changes += _data(name, getattr(given, name), standing.customer.data.get(name, {}))
    return Comparison(given=given, standing=standing, changes=changes)


def values_of(name: str, row: Any) -> Fields:
    """The compared fields of a row of the database, as a file gives them."""
    return {one: _as_given(getattr(row, one)) for one in COMPARED[name]}


def compared(name: str, given: Fields) -> Fields:
    """The compared fields of a row of a file, as `Origin.imported` keeps them; of a ticket, who raised it, too."""
    kept = {one: given[one] for one in COMPARED[name]}
    return {**kept, "raised_by": given["raised_by"]} if name == "tickets" else kept


def _as_given(value: Any) -> Any:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.key if hasattr(value, "key") else value


def _customer(given: Given, standing: Standing | None) -> Iterator[Change]:
    has_head = any(person["administrator"] for person in given.people.values())
    if standing is None:
        counts = {name: [None, len(rows)] for name, rows in (("people", given.people), *given.data.items()) if rows}
        yield Change(what=What.NEW, kind=Kind.CUSTOMER, key=given.key, fields=counts)
    elif standing.customer.name != given.name:
        what = What.KEPT if standing.customer.organization_id else What.CHANGED
        names = {"name": [standing.customer.name, given.name]}
        yield Change(what=what, kind=Kind.CUSTOMER, key=given.key, fields=names)
    if not has_head and not (standing and standing.customer.organization_id):
        yield Change(what=What.HEADLESS, kind=Kind.CUSTOMER, key=given.key)


def _people(
    given: Given, standing: Standing | None, moving: Mapping[str, CustomerPerson], leaving: set[str]
) -> Iterator[Change]:
    there = standing.people if standing else {}
    for email, person in given.people.items():
        row = there.get(email)
        if row is None:
            if standing or email in moving:
                yield Change(what=What.NEW, kind=Kind.PERSON, key=email, row=moving.get(email), given=person)
            continue
        before = {"name": row.name, "role": row.role, "administrator": row.is_administrator}
        fields = {name: [before[name], person[name]] for name in before if before[name] != person[name]}
        if fields:
            # Who has come is a member, whose role is changed there.
            what = What.KEPT if row.joined_at and "role" in fields else What.CHANGED
            yield Change(what=what, kind=Kind.PERSON, key=email, fields=fields, row=row, given=person)
    for email, row in there.items():
        if email not in given.people:
            stays = What.GONE if row.joined_at else What.FORGOTTEN
            what = What.MOVED if email in leaving else stays
            yield Change(what=what, kind=Kind.PERSON, key=email, row=row)


def _data(name: str, given: Mapping[str, Fields], before: Mapping[str, Fields]) -> Iterator[Change]:
    """Compare with the last file: nobody here has seen any of it yet."""
    for key, row in given.items():
        if key not in before:
            yield Change(what=What.NEW, kind=KINDS[name], key=key)
        elif fields := {
            one: _shown(one, before[key].get(one), value) for one, value in row.items() if before[key].get(one) != value
        }:
            yield Change(what=What.CHANGED, kind=KINDS[name], key=key, fields=fields)
    for key in before:
        if key not in given:
            yield Change(what=What.FORGOTTEN, kind=KINDS[name], key=key)


def _shown(name: str, before: Any, after: Any) -> list[Any]:
    return [len(before or ()), len(after)] if name == "messages" else [before, after]


def _rows(name: str, given: Given, standing: Standing) -> Iterator[Change]:
    """Compare with what is here, and with the last file: what differs from that was changed here."""
    there, before = standing.rows[name], standing.customer.data.get(name, {})
    for key, said in getattr(given, name).items():
        row = there.get(key)
        if row is None:
            what = What.REMOVED if key in before else What.NEW
            yield Change(what=what, kind=KINDS[name], key=key, given=said)
        else:
            yield from _row(name, key, said, row)
            if name == "tickets":
                yield from _messages(key, said, row, standing)
    for key, row in there.items():
        if key not in getattr(given, name):
            yield Change(what=What.GONE, kind=KINDS[name], key=key, row=row)


def _row(name: str, key: str, said: Fields, row: Any) -> Iterator[Change]:
    changed: dict[str, list[Any]] = {}
    kept: dict[str, list[Any]] = {}
    for one, here in values_of(name, row).items():
        if here != said[one]:
            is_own = one in row.imported and row.imported[one] != here
            (kept if is_own else changed)[one] = [here, said[one]]
    if kept and changed and not _makes_sense(name, {**values_of(name, row), **{one: said[one] for one in changed}}):
        # What was changed here and what the file says do not go together: what is here stays.
        kept, changed = kept | changed, {}
    if kept:
        yield Change(what=What.KEPT, kind=KINDS[name], key=key, fields=kept, row=row)
    if changed:
        yield Change(what=What.CHANGED, kind=KINDS[name], key=key, fields=changed, row=row, given=said)
    elif row.imported != compared(name, said):
        yield Change(what=What.NOTED, kind=KINDS[name], key=key, row=row, given=said)


def _makes_sense(name: str, fields: Fields) -> bool:
    """What the database asks of a row, and a file was checked for: days in their order, and a way to reach somebody."""
    if name == "entitlements":
        return bool(fields["starts_on"] <= fields["ends_on"])
    return name != "contacts" or bool(fields["email"] or fields["phone"])


def _messages(key: str, said: Fields, ticket: Any, standing: Standing) -> Iterator[Change]:
    known = standing.messages.get(ticket.pk, set())
    new = {one: message for one, message in said["messages"].items() if one not in known}
    if new:
        counts = {"messages": [len(known), len(known) + len(new)]}
        yield Change(what=What.NEW, kind=Kind.MESSAGE, key=key, fields=counts, row=ticket, given=new)
