"""Mails about tickets to staff: what was written to us, what one looks after now, and what is not answered in time."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.models import User
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute
from support.letters.threads import files_of, names_of, subject_of, thread_of
from support.models import Message, Ticket


def tell_written(ticket: Ticket, staff: User, message: Message) -> None:
    """Tell somebody of the staff what the organization has written."""

    def paragraphs() -> list[str]:
        written = _("%(writer)s has written in the ticket %(ticket)s of %(organization)s:")
        return [written % {**names_of(ticket), "writer": message.writer}, *files_of(message)]

    _tell(ticket, staff, "ticket-written", paragraphs, said=message.body)


def tell_of_assignment(ticket: Ticket, staff: User) -> None:
    """Tell somebody that they look after a ticket from now on."""

    def paragraphs() -> list[str]:
        assigned = _("The ticket %(ticket)s of %(organization)s is assigned to you now.") % names_of(ticket)
        return [assigned, *_promised(ticket)]

    _tell(ticket, staff, "ticket-assigned", paragraphs)


def tell_of_due(ticket: Ticket, staff: User) -> None:
    """Tell somebody that the first answer to a ticket is due soon."""

    def paragraphs() -> list[str]:
        waiting = _("The ticket %(ticket)s of %(organization)s has no answer yet.") % names_of(ticket)
        return [waiting, *_promised(ticket)]

    _tell(ticket, staff, "ticket-due", paragraphs)


def tell_of_late(ticket: Ticket, staff: User) -> None:
    """Tell somebody that the first answer to a ticket is late."""

    def paragraphs() -> list[str]:
        names = {**names_of(ticket), "time": timestamp(ticket.answer_due_at)}
        late = _("The ticket %(ticket)s of %(organization)s has no answer, which we had promised by %(time)s.")
        return [late % names]

    _tell(ticket, staff, "ticket-late", paragraphs)


def _promised(ticket: Ticket) -> list[str]:
    if ticket.answer_due_at is None or ticket.first_answered_at is not None:
        return []
    return [_("We have promised the first answer by %s.") % timestamp(ticket.answer_due_at)]


def _tell(ticket: Ticket, staff: User, kind: str, paragraphs: Callable[[], list[str]], said: str = "") -> None:
    def compose() -> Letter:
        return Letter(
            subject=subject_of(ticket),
            greeting=_("Hello %s,") % staff.get_short_name(),
            paragraphs=paragraphs(),
            said=said,
            action=Link(_("See ticket"), absolute(reverse("admin:support_ticket_change", args=[ticket.pk]))),
            reason=_("You get this mail because you answer tickets."),
            organization_name=ticket.organization.display_name,
            headers=thread_of(ticket),
        )

    tell(staff, compose, kind=kind, organization_id=ticket.organization_id)
