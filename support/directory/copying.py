"""Copying what the directory has of a customer into the organization: contacts, entitlements, tickets with messages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Max
from django.utils.functional import cached_property

from accounts.models import User
from console.text import one_line
from organizations.models import Organization
from support.directory.comparing import COMPARED, compared
from support.directory.fields import Fields
from support.models import Contact, Entitlement, Message, Product, State, SupportLevel, Ticket, Via
from support.models.ticket import NAME_LENGTH

# Rows that are written at a time.
SOME = 500


class Copier:
    """Writes rows of the directory into one locked organization.

    ``names``: of the customer's people, by address: what tickets say of who raised them.
    """

    def __init__(self, organization: Organization, names: Mapping[str, str]) -> None:
        self.organization = organization
        self.names = names

    @cached_property
    def levels(self) -> dict[str, SupportLevel]:
        """Support levels by key."""
        return {level.key: level for level in SupportLevel.objects.all()}

    @cached_property
    def products(self) -> dict[str, Product]:
        """Products by key."""
        return {product.key: product for product in Product.objects.all()}

    def add(self, name: str, given: Mapping[str, Fields]) -> None:
        """Add rows of a kind: "contacts", "entitlements" or "tickets"."""
        if name == "contacts":
            self.add_contacts(given)
        elif name == "entitlements":
            self.add_entitlements(given)
        else:
            self.add_tickets(given)

    def add_contacts(self, given: Mapping[str, Fields]) -> None:
        """Add contacts, by the directory's keys."""
        Contact.objects.bulk_create(
            [
                Contact(**row, organization=self.organization, directory_key=key, imported=compared("contacts", row))
                for key, row in given.items()
            ],
            batch_size=SOME,
        )

    def add_entitlements(self, given: Mapping[str, Fields]) -> list[str]:
        """Add entitlements, by the directory's keys. The numbers of those that cannot be: taken, or of no level."""
        there = Entitlement.objects.filter(number__in=[row["number"] for row in given.values()])
        taken = set(there.values_list("number", flat=True))
        left = {key: row for key, row in given.items() if row["number"] in taken or row["level"] not in self.levels}
        rows = []
        for key, row in given.items():
            if key not in left:
                fresh = Entitlement(
                    organization=self.organization, directory_key=key, imported=compared("entitlements", row)
                )
                self.write("entitlements", fresh, row)
                rows.append(fresh)
        Entitlement.objects.bulk_create(rows, batch_size=SOME)
        return [row["number"] for row in left.values()]

    def add_tickets(self, given: Mapping[str, Fields]) -> None:
        """Add tickets with their messages, by the directory's keys; the oldest has the lowest number.

        Nothing is promised for them: whoever raised them was promised something elsewhere.
        """
        number = self.organization.tickets.aggregate(last=Max("number"))["last"] or 0
        tickets: list[Ticket] = []
        messages: list[Message] = []
        for key, row in sorted(given.items(), key=lambda pair: (pair[1]["created_at"], pair[0])):
            number += 1
            ticket = Ticket(
                organization=self.organization,
                number=number,
                directory_key=key,
                imported=compared("tickets", row),
                raised_by_name=one_line(
                    self.names.get(row["raised_by"]) or row["raised_by"] or self.organization.name, NAME_LENGTH
                ),
                created_at=_moment(row["created_at"]),
                changed_at=_moment(row["created_at"]),
            )
            self.write("tickets", ticket, row)
            messages += self._messages(ticket, row["messages"])
            ticket.closed_at = ticket.changed_at if ticket.state == State.CLOSED else None
            tickets.append(ticket)
        Ticket.objects.bulk_create(tickets, batch_size=SOME)
        Message.objects.bulk_create(messages, batch_size=SOME)

    def add_messages(self, ticket: Ticket, given: Mapping[str, Fields]) -> None:
        """Add messages to a ticket that is there, by the directory's keys."""
        Message.objects.bulk_create(self._messages(ticket, given), batch_size=SOME)
        ticket.save(update_fields=["changed_at", "first_answered_at", "search"])

    def write(self, name: str, row: Any, given: Fields) -> None:
        """Set the fields of a row to what the directory says, each as its column holds it."""
        for one in COMPARED[name]:
            if one in given:
                setattr(row, one, self._column(one, given[one]))

    def _column(self, name: str, value: Any) -> Any:
        if name == "level":
            return self.levels[value]
        if name == "product":
            return self.products.get(value)
        return date.fromisoformat(value) if name in {"starts_on", "ends_on"} else value

    def _messages(self, ticket: Ticket, given: Mapping[str, Fields]) -> list[Message]:
        """Messages that are not saved yet; the ticket, saved by the caller, says when the first and last were."""
        made = [
            Message(
                ticket=ticket,
                author_name=_first_name(row["author"]) if row["is_staff"] else row["author"],
                is_staff=row["is_staff"],
                body=row["body"],
                via=Via.DIRECTORY,
                directory_key=key,
                created_at=_moment(row["created_at"]),
            )
            for key, row in given.items()
        ]
        answers = [message.created_at for message in made if message.is_staff]
        if ticket.first_answered_at:
            answers.append(ticket.first_answered_at)
        ticket.first_answered_at = min(answers, default=None)
        ticket.changed_at = max([ticket.changed_at, *(message.created_at for message in made)])
        ticket.copy_search(*(message.body for message in made))
        return made


def copy_everything(
    organization: Organization, data: Mapping[str, Mapping[str, Fields]], names: Mapping[str, str]
) -> list[str]:
    """Copy all that the directory has (`Customer.data`) into a new organization. What could not be, as numbers."""
    copier = Copier(organization, names)
    copier.add_contacts(data.get("contacts", {}))
    left = copier.add_entitlements(data.get("entitlements", {}))
    copier.add_tickets(data.get("tickets", {}))
    return left


def give_tickets(organization: Organization, user: User) -> int:
    """Make the tickets a new member's own that they raised before they had an account here. How many."""
    own = organization.tickets.filter(raised_by=None, imported__raised_by__in=list(user.verified_addresses()))
    return own.update(raised_by=user)


def give_new_tickets(organization: Organization, given: Mapping[str, Fields]) -> None:
    """Make tickets that have just been added, by the directory's keys, their own who raised them and are members.

    Of these alone: what somebody had raised whose account is gone is not the next owner's of their address.
    """
    keys: dict[str, list[str]] = {}
    for key, row in given.items():
        keys.setdefault(row["raised_by"], []).append(key)
    proven = EmailAddress.objects.filter(email__in=keys, verified=True, user__memberships__organization=organization)
    for email, user_id in proven.values_list("email", "user"):
        organization.tickets.filter(raised_by=None, directory_key__in=keys[email]).update(raised_by=user_id)


def _first_name(name: str) -> str:
    """Of staff no more is kept than people may see (`Message.writer`): what is not there slips out by no export."""
    first = name.partition(" ")[0]
    return "" if "@" in first else first


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
