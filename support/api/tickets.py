"""The tickets of the organization: what was asked, and the answers."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast
from uuid import UUID

from django.core.files.base import ContentFile
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.problems import Problem
from console.api.schemas import Given, Listed, Paging
from console.pages import Order, moments
from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from support.actions import tickets as actions
from support.files import MAX_FILES, stored
from support.files.serving import as_whole
from support.models import Attachment, Message, Product, Ticket, Via
from support.models.ticket import BODY_LENGTH, TITLE_LENGTH
from support.ticket_rows import Selection

operations = Operations("Tickets")

type TicketState = Literal["open", "answered", "solved", "closed"]
type TicketPriority = Literal["low", "normal", "high", "urgent"]
type TicketSort = Literal["changed", "-changed", "number", "-number"]
type MessageVia = Literal["page", "mail", "api", "staff", "directory"]

ORDERS = {"changed": moments("changed_at"), "number": Order("number", int)}


class TicketKeyRequest(KeyRequest):
    """A request about a ticket that the key may know of."""

    ticket: Ticket


class AttachmentShown(Schema):
    """A file of a message."""

    id: UUID
    name: str
    content_type: str = Field(description="What its bytes are, whatever its name says.")
    size: int = Field(description="In bytes.")


class MessageShown(Schema):
    """A message: yours, or ours."""

    id: UUID
    author: str = Field(description="Of us the first name.")
    is_staff: bool = Field(description="Whether it is ours.")
    body: str = Field(description="Plain text.")
    via: MessageVia
    attachments: list[AttachmentShown]
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> Self:
        """A message with its files."""
        files = message.attachments.all()
        return cls(
            id=message.pk,
            author=message.writer,
            is_staff=message.is_staff,
            body=message.body,
            via=cast("MessageVia", message.via),
            attachments=[
                AttachmentShown(id=file.pk, name=file.name, content_type=file.content_type, size=file.size)
                for file in files
            ],
            created_at=message.created_at,
        )


class TicketShown(Schema):
    """A question, and whose turn it is."""

    id: UUID
    number: int = Field(description="Counted in the organization.", examples=[12])
    title: str
    state: TicketState = Field(description="`open` waits for us, `answered` for you; `closed` is for good.")
    priority: TicketPriority
    product: str | None = Field(description="The key of the product.", examples=["postgresql"])
    level: str | None = Field(description="The key of the support level that it was raised under.")
    raised_by: str = Field(description="The name of a person or a service key.")
    answer_due_at: datetime | None = Field(description="Until when we promised the first answer; null for no promise.")
    first_answered_at: datetime | None
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """A ticket with its product and level."""
        return cls(
            id=ticket.pk,
            number=ticket.number,
            title=ticket.title,
            state=cast("TicketState", ticket.state),
            priority=cast("TicketPriority", ticket.priority),
            product=ticket.product.key if ticket.product else None,
            level=ticket.level.key if ticket.level else None,
            raised_by=ticket.asker,
            answer_due_at=ticket.answer_due_at,
            first_answered_at=ticket.first_answered_at,
            created_at=ticket.created_at,
            changed_at=ticket.changed_at,
        )


class TicketsAsked(Paging):
    """Which tickets, of those that the key may see: its holder's own, or all with `view_customer_data`."""

    q: str = Field("", max_length=200, description="Words of the title or the messages; `#12` for a number.")
    state: TicketState | Literal[""] = ""
    priority: TicketPriority | Literal[""] = ""
    product: str = Field("", max_length=60, description="The key of a product.")
    sort: TicketSort = "-changed"


class FileGiven(Given):
    """A file to send."""

    name: str = Field(min_length=1, max_length=255, examples=["pmm-server.log"])
    content: str = Field(min_length=1, description="In Base64 (RFC 4648, 4). All of a body has at most 1 MiB.")


type Files = Annotated[list[FileGiven], Field(max_length=MAX_FILES)]


class MessageGiven(Given):
    """A message to write."""

    body: str = Field(min_length=1, max_length=BODY_LENGTH, description="Plain text.")
    files: Files = Field(default_factory=list)


class TicketGiven(MessageGiven):
    """A ticket to raise."""

    title: str = Field(min_length=1, max_length=TITLE_LENGTH)
    priority: TicketPriority = "normal"
    product: str | None = Field(None, max_length=60, description="The key of a product; null for something else.")


def ticket_at(request: TicketKeyRequest, pk: UUID, **others: UUID) -> Ticket:
    """The ticket of that id, put on the request, if the key may see it. Raises Http404."""
    found = Ticket.objects.visible_to(request.actor).filter(organization=request.organization, pk=pk)
    ticket = found.select_related("product", "level").first()
    if ticket is None:
        raise Http404
    ticket.organization = request.organization
    request.ticket = ticket
    return ticket


@operations.get("/tickets", Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA, returns=Listed[TicketShown])
def list_tickets(request: KeyRequest, asked: Query[TicketsAsked]) -> Listed[TicketShown]:
    """List the tickets that the key may see, the last changed first."""
    query = {name: getattr(asked, name) for name in ("q", "state", "priority", "product")}
    found = Selection.of(request.actor, query).tickets.select_related("product", "level")
    return page_of(found, asked, orders=ORDERS, default="-changed", draw=TicketShown.of)


@operations.post("/tickets", Permission.RAISE_TICKETS, returns=TicketShown)
def raise_ticket(request: KeyRequest, given: TicketGiven, response: HttpResponse) -> TicketShown:
    """Raise a ticket. With a service key it is the organization's, which only `view_customer_data` sees again."""
    product = _product(given.product)
    with stored(_opened(given.files)) as files:
        ticket = actions.raise_ticket(
            organization=request.organization,
            title=given.title,
            body=given.body,
            product=product,
            priority=given.priority,
            files=files,
            via=Via.API,
            by=request.actor,
        )
    response.headers["Location"] = f"/api/v1/tickets/{ticket.pk}"
    return TicketShown.of(ticket)


@operations.get(
    "/tickets/{uuid:pk}",
    Permission.RAISE_TICKETS,
    Permission.VIEW_CUSTOMER_DATA,
    within=ticket_at,
    returns=TicketShown,
)
def show_ticket(request: TicketKeyRequest, pk: UUID) -> TicketShown:
    """Show a ticket."""
    return TicketShown.of(request.ticket)


@operations.get(
    "/tickets/{uuid:pk}/messages",
    Permission.RAISE_TICKETS,
    Permission.VIEW_CUSTOMER_DATA,
    within=ticket_at,
    returns=Listed[MessageShown],
)
def list_ticket_messages(request: TicketKeyRequest, pk: UUID, asked: Query[Paging]) -> Listed[MessageShown]:
    """List the messages of a ticket, the oldest first."""
    found = _messages(request.ticket)
    return page_of(found, asked, orders={"created": moments("created_at")}, default="created", draw=MessageShown.of)


@operations.post("/tickets/{uuid:pk}/messages", Permission.RAISE_TICKETS, within=ticket_at, returns=MessageShown)
def write_ticket_message(request: TicketKeyRequest, pk: UUID, given: MessageGiven) -> MessageShown:
    """Write to a ticket; it waits for us again, also where it was solved. A closed one takes nothing more."""
    with stored(_opened(given.files)) as files:
        message = actions.write_message(
            ticket=request.ticket, body=given.body, files=files, via=Via.API, by=request.actor
        )
    return MessageShown.of(_messages(request.ticket).get(pk=message.pk))


@operations.post(
    "/tickets/{uuid:pk}/solution", Permission.RAISE_TICKETS, within=ticket_at, returns=TicketShown, status=200
)
def solve_ticket(request: TicketKeyRequest, pk: UUID) -> TicketShown:
    """Say that a ticket is solved. It is closed for good 14 days later; a message opens it again until then."""
    actions.solve_ticket(ticket=request.ticket, by=request.actor)
    return TicketShown.of(ticket_at(request, pk))


@operations.post(
    "/tickets/{uuid:pk}/reopening", Permission.RAISE_TICKETS, within=ticket_at, returns=TicketShown, status=200
)
def reopen_ticket(request: TicketKeyRequest, pk: UUID) -> TicketShown:
    """Say that a ticket is not solved after all."""
    actions.reopen_ticket(ticket=request.ticket, by=request.actor)
    return TicketShown.of(ticket_at(request, pk))


@operations.file(
    "/tickets/{uuid:pk}/attachments/{uuid:file}",
    Permission.RAISE_TICKETS,
    Permission.VIEW_CUSTOMER_DATA,
    within=ticket_at,
    media_type="application/octet-stream",
)
def get_ticket_attachment(request: TicketKeyRequest, pk: UUID, file: UUID) -> HttpResponse:
    """Get a file of a message, whatever it is."""
    found = Attachment.objects.filter(pk=file, message__ticket=request.ticket, message__is_internal=False).first()
    if found is None:
        raise Problem.not_found()
    return as_whole(found)


def _messages(ticket: Ticket) -> Any:
    files = Prefetch("attachments", Attachment.objects.order_by("id"))
    return ticket.messages.filter(is_internal=False).prefetch_related(files)


def _product(key: str | None) -> Product | None:
    """The product that a program names. Raises Refused."""
    if not key:
        return None
    product = Product.objects.filter(key=key, is_offered=True).first()
    if product is None:
        raise Refused(_("There is no such product on offer."), code="product", field="product")
    return product


def _opened(files: Sequence[FileGiven]) -> list[ContentFile[bytes]]:
    """The files that a program sends. Raises Refused for what is no Base64."""
    try:
        return [ContentFile(base64.b64decode(file.content, validate=True), name=file.name) for file in files]
    except (binascii.Error, ValueError):
        raise Refused(_("Send the content of each file in Base64."), code="base64", field="files") from None
