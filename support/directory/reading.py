"""Reading a file of customers: every row checked, everything wrong with it said, and nothing guessed."""

import hashlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

from organizations import policies
from support.directory.fields import Field, Fields, WrongError, fields_by_kind
from support.directory.parsing import UnreadableError, entries
from support.directory.rows import Entry, Given, Kind, Problem, Reading

MOST_CUSTOMERS = 10_000
# Of a kind, at one customer: what is copied in one transaction while somebody signs in.
MOST_OF_A_KIND = 2_000
MOST_MESSAGES = 10_000

_HOLDERS = {
    Kind.PERSON: "people",
    Kind.CONTACT: "contacts",
    Kind.ENTITLEMENT: "entitlements",
    Kind.TICKET: "tickets",
}


def read(content: str, name: str) -> Reading:
    """Read the text of a file called ``name``; what it may say is in docs/customer-directory.md."""
    fields = {kind: dict(known) for kind, known in fields_by_kind().items()}
    reader = _Reader(fields)
    try:
        for entry in entries(content, name, fields):
            if isinstance(entry, Problem):
                reader.problems.append(entry)
            else:
                reader.take(entry)
    except UnreadableError as error:
        reader.problems.append(error.problem)
    reader.put_together()
    return Reading(customers=reader.customers, problems=reader.problems)


class _Reader:
    """Takes row by row: customers at once, what is theirs in the end, for a CSV file has it in any order."""

    def __init__(self, fields: Mapping[str, Mapping[str, Field]]) -> None:
        self.fields = fields
        self.customers: dict[str, Given] = {}
        self.problems: list[Problem] = []
        self._others: dict[Kind, list[tuple[Entry, Fields]]] = {kind: [] for kind in Kind}
        self._where: dict[tuple[str, str], str] = {}
        self._messages: dict[str, int] = {}
        self._wrong: set[str] = set()

    def take(self, entry: Entry) -> None:
        """Check a row's own fields."""
        row = self._checked(entry)
        if row is None:
            if entry.kind == Kind.CUSTOMER:
                # What is of it has a customer, though one that says something wrong.
                self._wrong.add(str(entry.given.get("key", "")))
            elif entry.kind == Kind.TICKET:
                # So has a message its ticket.
                self._where.setdefault(
                    (f"{Kind.TICKET} {entry.customer}", str(entry.given.get("key", ""))), entry.where
                )
            return
        if entry.kind != Kind.CUSTOMER:
            self._others[entry.kind].append((entry, row))
        elif self._is_first("customer", row["key"], entry, _("The customer “%(value)s” stands at %(where)s already.")):
            self.customers[row["key"]] = Given(where=entry.where, **row)
            if len(self.customers) == MOST_CUSTOMERS + 1:
                self._say(entry, _("A file holds at most %d customers.") % MOST_CUSTOMERS)

    def put_together(self) -> None:
        """Give each row to its customer, and each message to its ticket."""
        for kind in (Kind.PERSON, Kind.CONTACT, Kind.ENTITLEMENT, Kind.TICKET, Kind.MESSAGE):
            for entry, row in self._others[kind]:
                customer = self.customers.get(entry.customer)
                if customer is None:
                    if entry.customer not in self._wrong:
                        self._say(entry, _("There is no customer “%s” in this file.") % entry.customer[:60])
                elif kind == Kind.PERSON:
                    self._add_person(customer, entry, row)
                elif kind == Kind.MESSAGE:
                    self._add_message(customer, entry, row)
                else:
                    self._add(customer, entry, row)

    def _checked(self, entry: Entry) -> Fields | None:
        """The row with every field; None, and a problem for each, where something is wrong with it."""
        known, before = self.fields[entry.kind], len(self.problems)
        for name in entry.given.keys() - known.keys():
            self._say(entry, _("“%(name)s” is no field of a %(kind)s.") % {"name": name[:60], "kind": entry.kind.value})
        row: Fields = {}
        for name, field in known.items():
            value = entry.given.get(name)
            if value in (None, ""):
                row[name] = field.default
                if field.is_required:
                    self._say(entry, _("“%s” is missing.") % name)
                continue
            try:
                row[name] = field.read(value)
            except WrongError as error:
                self._say(entry, f"{name}: {error}")
                continue
            if row[name] == "" and field.is_required:
                self._say(entry, _("“%s” is missing.") % name)
        return row if len(self.problems) == before else None

    def _add_person(self, customer: Given, entry: Entry, row: Fields) -> None:
        if not row["role"]:
            if not row["administrator"]:
                self._say(entry, _("“%s” is missing.") % "role")
                return
            row["role"] = policies.current().founder.key
        if self._is_first("email", row["email"], entry, _("The address %(value)s stands at %(where)s already.")):
            self._put(customer, "people", row.pop("email"), entry, row)

    def _add(self, customer: Given, entry: Entry, row: Fields) -> None:
        holder, key = _HOLDERS[entry.kind], row.pop("key")
        if not self._is_first(
            f"{entry.kind} {customer.key}", key, entry, _("The key “%(value)s” stands at %(where)s already.")
        ):
            return
        if entry.kind == Kind.CONTACT and not (row["email"] or row["phone"]):
            self._say(entry, _("A contact has an e-mail address or a phone number."))
            return
        if entry.kind == Kind.ENTITLEMENT and not self._is_sound(entry, row):
            return
        if entry.kind == Kind.TICKET:
            row["messages"] = {}
        self._put(customer, holder, key, entry, row)

    def _is_sound(self, entry: Entry, row: Fields) -> bool:
        if row["starts_on"] > row["ends_on"]:
            self._say(entry, _("It ends before it begins."))
            return False
        return self._is_first("number", row["number"], entry, _("The number “%(value)s” stands at %(where)s already."))

    def _add_message(self, customer: Given, entry: Entry, row: Fields) -> None:
        ticket = customer.tickets.get(entry.ticket)
        if ticket is None:
            if (f"{Kind.TICKET} {customer.key}", entry.ticket) not in self._where:
                self._say(entry, _("There is no ticket “%s” of this customer.") % entry.ticket[:60])
            return
        said = "\n".join([row["created_at"], row["author"], row["body"]])
        key = row.pop("key") or hashlib.sha256(said.encode()).hexdigest()[:32]
        if key in ticket["messages"]:
            self._say(entry, _("This message stands twice."))
            return
        ticket["messages"][key] = row
        self._messages[customer.key] = self._messages.get(customer.key, 0) + 1
        if self._messages[customer.key] == MOST_MESSAGES + 1:
            self._say(entry, _("A customer has at most %d messages.") % MOST_MESSAGES)

    def _put(self, customer: Given, holder: str, key: str, entry: Entry, row: Fields) -> None:
        rows = getattr(customer, holder)
        rows[key] = row
        if len(rows) == MOST_OF_A_KIND + 1:
            self._say(entry, _("A customer has at most %d of a kind.") % MOST_OF_A_KIND)

    def _is_first(self, sort: str, value: str, entry: Entry, sentence: str) -> bool:
        """Whether nothing of that ``sort`` had this value before; else ``sentence`` says where it did."""
        there = self._where.setdefault((sort, value), entry.where)
        if there != entry.where:
            self._say(entry, sentence % {"value": value[:100], "where": there})
        return there == entry.where

    def _say(self, entry: Entry, sentence: str) -> None:
        self.problems.append(Problem(entry.where, sentence))
