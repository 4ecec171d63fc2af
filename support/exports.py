"""What support adds to exports: of what an organization owns, and of what is kept about a person.

The fields are named one by one, so that a new column is left out until somebody has looked at it. Notes of staff among
themselves are not the customer's. Files come by their names: each is on the page of its ticket.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import User
from organizations.models import Organization
from support.models import Attachment, Contact, Entitlement, Message, Ticket

type Rows = Iterator[dict[str, Any]]
type AddPart = Callable[[str, Callable[[], Rows], tuple[str, ...]], None]
type AddRows = Callable[[str, Rows], None]

# Rows that are read from the database at a time.
CHUNK = 500
TICKET = ("id", "number", "title", "priority", "state", "created_at", "changed_at", "closed_at")
MESSAGE = ("id", "body", "via", "created_at")

# By subject: the rows of an organization, the columns of its table, and those that belong to what a row refers to.
LISTS: dict[str, tuple[Callable[[UUID], QuerySet[Any]], tuple[str, ...], dict[str, str]]] = {
    "entitlements": (
        lambda pk: Entitlement.objects.filter(organization=pk),
        ("id", "number", "name", "tier", "units", "unit", "starts_on", "ends_on", "created_at"),
        {"level_key": "level__key", "level_name": "level__name"},
    ),
    "contacts": (
        lambda pk: Contact.objects.filter(organization=pk),
        ("id", "side", "name", "duty", "email", "phone", "created_at"),
        {},
    ),
    "tickets": (
        lambda pk: Ticket.objects.filter(organization=pk),
        (*TICKET, "raised_by_name", "answer_due_at", "first_answered_at", "asked_from"),
        {
            "product_key": "product__key",
            "raised_by_email": "raised_by__email",
            "entitlement_number": "entitlement__number",
        },
    ),
    "ticket_messages": (
        lambda pk: Message.objects.filter(ticket__organization=pk, is_internal=False),
        (*MESSAGE, "author_name", "is_staff"),
        {"ticket_number": "ticket__number"},
    ),
    "ticket_attachments": (
        lambda pk: Attachment.objects.filter(message__ticket__organization=pk, message__is_internal=False),
        ("id", "message_id", "name", "content_type", "size", "created_at"),
        {"ticket_number": "message__ticket__number"},
    ),
}
# What is no cell of a table: in the JSON alone.
NESTED = {"entitlements": ("families",)}


def add_what_is_owned(organization: Organization, add: AddPart) -> None:
    """Add the entitlements, contacts and tickets of an organization, with what was said in these."""
    for subject, (rows, fields, more) in LISTS.items():
        read = partial(_owned, rows, organization.pk, (*fields, *NESTED.get(subject, ())), more)
        add(subject, read, (*fields, *more))


def add_what_is_personal(user: User, add: AddRows) -> None:
    """Add the tickets that a person raised and what they wrote, in whatever organization, which is named by its id."""
    raised = Ticket.objects.filter(raised_by=user)
    add("tickets_raised", _values(raised, (*TICKET, "organization_id"), {"product_key": "product__key"}))
    # What staff note among themselves is the company's.
    written = Message.objects.filter(author=user, is_internal=False)
    ticket = {"organization_id": "ticket__organization_id", "ticket_number": "ticket__number"}
    add("ticket_messages_written", _values(written, MESSAGE, ticket))


def _owned(
    rows: Callable[[UUID], QuerySet[Any]], organization_id: UUID, fields: Iterable[str], more: Mapping[str, str]
) -> Rows:
    return _values(rows(organization_id), fields, more)


def _values(rows: QuerySet[Any], fields: Iterable[str], more: Mapping[str, str]) -> Rows:
    named = {name: F(path) for name, path in more.items()}
    yield from rows.order_by("pk").values(*fields, **named).iterator(chunk_size=CHUNK)
