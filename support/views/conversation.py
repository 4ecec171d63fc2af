"""What the page of a ticket shows: its facts, what was said, and the form to go on with."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from markupsafe import Markup

from console.pages import moments, paginate
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.forms.tickets import MessageForm
from support.models import Attachment, Message, Priority, State, Ticket, Via
from support.ticket_rows import PRIORITY_KINDS, STATE_KINDS
from support.views.linking import linked

ORDERS = {"at": moments("created_at")}
# Messages of one page; the last ones first, shown in their order.
SHOWN = 50
# Seconds until the page looks for something new.
PAUSE = 30


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as the page shows it; ``via``: how it came, where that is not the console."""

    message: Message
    text: Markup
    files: list[Attachment]
    is_own: bool
    via: Any

    @classmethod
    def of(cls, message: Message, request: OrgRequest) -> "Said":
        """A message with its files, as the reader sees it."""
        shown_way = message.via in {Via.MAIL, Via.API} and not message.is_staff
        return cls(
            message=message,
            text=linked(message.body),
            files=list(message.attachments.all()),
            is_own=message.author_id == request.user.pk,
            via=Via(message.via).label if shown_way else "",
        )


def ticket_of(request: OrgRequest, pk: Any) -> Ticket:
    """The ticket, if the reader may see it; what they may not is not there. Raises Http404."""
    found = Ticket.objects.visible_to(request.actor).select_related("product", "level", "entitlement")
    ticket = found.filter(pk=pk).first()
    if ticket is None:
        raise Http404
    ticket.organization = request.organization
    return ticket


def context_of(request: OrgRequest, ticket: Ticket, form: MessageForm | None = None) -> dict[str, Any]:
    """What the page of the ticket needs; ``form``: what was typed, where it was refused."""
    is_closed = ticket.state == State.CLOSED
    may_write = not is_closed and request.actor.can(Permission.RAISE_TICKETS, ticket)
    if form is None and may_write:
        form = MessageForm(place=ticket.pk, person=request.user.pk)
    return {
        **conversation_of(request, ticket),
        "form": form if may_write else None,
        "may_raise": request.actor.can(Permission.RAISE_TICKETS),
    }


def conversation_of(request: OrgRequest, ticket: Ticket) -> dict[str, Any]:
    """What of the page changes by itself: who is next, and what was said, a page at a time."""
    messages = ticket.messages.filter(is_internal=False).prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("id"))
    )
    page = paginate(messages, request.GET, orders=ORDERS, default="-at", size=SHOWN)
    state, priority = State(ticket.state), Priority(ticket.priority)
    return {
        "ticket": ticket,
        "page": page,
        "said": [Said.of(message, request) for message in reversed(page.rows)],
        "state_label": state.label,
        "state_kind": STATE_KINDS[state],
        "priority_label": priority.label,
        "priority_kind": PRIORITY_KINDS.get(priority, "neutral"),
        "is_closed": state == State.CLOSED,
        "may_solve": state in {State.OPEN, State.ANSWERED} and request.actor.can(Permission.RAISE_TICKETS, ticket),
        "may_reopen": state == State.SOLVED and request.actor.can(Permission.RAISE_TICKETS, ticket),
        "version": version_of(ticket),
        "pause": PAUSE,
    }


def version_of(ticket: Ticket) -> str:
    """Tells whether there is something new: everything that the page shows moves it."""
    parts = (ticket.changed_at.timestamp(), ticket.state, ticket.priority, ticket.product_id, ticket.level_id)
    return "-".join(map(str, parts))
