"""What the page of a ticket shows to staff: the conversation, with their own notes, and who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from console.dates import date, relative, timestamp
from organizations.models import Organization
from support.actions.answers import version_of
from support.actions.readers import staff_of_tickets
from support.admin.ticket_filters import STATES
from support.forms.answers import AssignmentForm, PriorityForm, ProductForm
from support.models import Attachment, Entitlement, Message, State, Ticket
from support.views.linking import linked

# The newest of a conversation.
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as staff see it: by whom, by their whole name."""

    message: Message
    writer: str
    at: str
    text: Markup
    files: list[Attachment]

    @classmethod
    def of(cls, message: Message) -> "Said":
        """A message with its files."""
        author = message.author.name if message.author else message.author_name
        return cls(
            message=message,
            writer=author or str(message.writer),
            at=timestamp(message.created_at),
            text=linked(message.body),
            files=list(message.attachments.all()),
        )


def context_of(ticket: Ticket) -> dict[str, Any]:
    """All that the page needs but the form to answer with."""
    files = Prefetch("attachments", Attachment.objects.order_by("id"))
    newest = ticket.messages.select_related("author").prefetch_related(files).order_by("-created_at", "-id")
    said = [Said.of(message) for message in newest[: SHOWN + 1]]
    organization, now, assigned = ticket.organization, timezone.now(), str(ticket.assigned_to_id or "")
    return {
        "ticket": ticket,
        "said": list(reversed(said[:SHOWN])),
        "state": STATES[State(ticket.state)],
        "is_cut": len(said) > SHOWN,
        "version": version_of(ticket),
        "is_closed": ticket.state == State.CLOSED,
        "is_solved": ticket.state == State.SOLVED,
        "due": due_in_words(ticket, now),
        "is_late": ticket.answer_due_at is not None and ticket.answer_due_at < now,
        "raised": timestamp(ticket.created_at),
        "assignment_form": AssignmentForm(staff=staff_of_tickets(), initial={"assigned_to": assigned}),
        "priority_form": PriorityForm(initial={"priority": ticket.priority}),
        "product_form": ProductForm(initial={"product": ticket.product_id}),
        "entitlements": [(one, _("until %s") % date(one.ends_on)) for one in _in_force(organization, now)],
        "contacts": organization.contacts.order_by("side", "name", "id")[:SHOWN],
    }


def _in_force(organization: Organization, now: datetime) -> QuerySet[Entitlement]:
    return organization.entitlements.in_force(now.date()).select_related("level").order_by("number")


def due_in_words(ticket: Ticket, now: datetime) -> str:
    """When the first answer is due, or that it is late; empty where nothing was promised, or it has one."""
    if ticket.answer_due_at is None or ticket.first_answered_at is not None or ticket.state != State.OPEN:
        return ""
    when = relative(ticket.answer_due_at, now)
    return _("late: was due %s") % when if ticket.answer_due_at < now else _("due %s") % when
