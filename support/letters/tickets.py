"""Mails about tickets to people of the organization: that we have one, what we answered, that it is solved.

Each has an address of its own to answer to (support.reply_addresses). What was written stands in them, since it is the
reader's own; files do not: the console has them.
"""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.notifications import await_answer, settle
from accounts.letters import tell
from accounts.models import User
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute
from support.actions.readers import may_answer_tickets, readers_of, staff_of_tickets
from support.letters.staff import tell_written
from support.letters.threads import files_of, names_of, subject_of, thread_of
from support.models import Message, State, Ticket, Via
from support.quoting import MARK
from support.reply_addresses import reply_address

# Behind the bell: there is an answer. The target is the ticket.
ANSWER_NOTICE = "ticket_answered"
# The name of the letter that says that an answer was not taken.
REFUSAL = "ticket-reply-refused"


def tell_of_message(message: Message) -> None:
    """Tell of what was just written, in the transaction that writes it.

    Of the organization's message, whoever of the staff looks after the ticket; of its first one, also who raised it:
    that we have it. Of an answer of staff, everybody of the organization who takes part. Of a note, nobody.
    """
    ticket = message.ticket
    if message.is_internal or message.via == Via.DIRECTORY:
        return
    if message.is_staff:
        _tell_of_answer(ticket, message)
        return
    if message.author:
        settle_answer(ticket, message.author)
    is_first = not ticket.messages.filter(is_staff=False).exclude(pk=message.pk).exists()
    if is_first and ticket.raised_by:
        _tell_of_receipt(ticket, ticket.raised_by)
    for person in _listening(ticket):
        tell_written(ticket, person, message)


def settle_answer(ticket: Ticket, reader: User) -> None:
    """End what tells the reader of an answer: they are at the ticket. Safe to call twice; no event."""
    settle(ANSWER_NOTICE, ticket.pk, reader)


def tell_of_solution(ticket: Ticket) -> None:
    """Tell everybody of the organization who takes part that staff have set the ticket to solved."""

    def paragraphs() -> list[str]:
        return [
            _("We think that your ticket %(ticket)s of %(organization)s is solved.") % names_of(ticket),
            _("If it is not, answer, and it is open again."),
        ]

    for reader in readers_of(ticket):
        _tell(ticket, reader, "ticket-solved", paragraphs)


def tell_of_refusal(ticket: Ticket, reader: User, why: Callable[[], str]) -> None:
    """Tell the reader why an answer of theirs by mail was not taken; ``why`` is called in their language.

    Of the ticket it says the number alone: they may see it no longer.
    """

    def compose() -> Letter:
        return Letter(
            subject=_("Your mail about the ticket #%d was not taken") % ticket.number,
            greeting=_("Hello %s,") % reader.get_short_name(),
            paragraphs=[why()],
            reason=_("You get this mail because you have answered a mail of ours about this ticket."),
            headers=thread_of(ticket),
        )

    tell(reader, compose, kind=REFUSAL, organization_id=ticket.organization_id)


def _listening(ticket: Ticket) -> list[User]:
    """Who of the staff hears of a message: who looks after the ticket, else all, unless they are alarmed in time."""
    if ticket.assigned_to and may_answer_tickets(ticket.assigned_to):
        return [ticket.assigned_to]
    is_alarmed = ticket.answer_due_at is not None and ticket.first_answered_at is None
    return [] if is_alarmed else staff_of_tickets()


def _tell_of_answer(ticket: Ticket, message: Message) -> None:
    def paragraphs() -> list[str]:
        written = _("%(writer)s has answered your ticket %(ticket)s of %(organization)s:")
        return [written % {**names_of(ticket), "writer": message.writer}, *files_of(message)]

    readers = readers_of(ticket)
    for reader in readers:
        _tell(ticket, reader, "ticket-answered", paragraphs, said=message.body)
    await_answer(
        readers,
        kind=ANSWER_NOTICE,
        target_id=ticket.pk,
        address=_page(ticket),
        organization_id=ticket.organization_id,
        names={"number": str(ticket.number), "title": ticket.title},
    )


def _tell_of_receipt(ticket: Ticket, reader: User) -> None:
    def paragraphs() -> list[str]:
        received = _("We have your ticket %(ticket)s of %(organization)s.") % names_of(ticket)
        if ticket.answer_due_at is None:
            return [received, _("We answer as soon as we can.")]
        return [received, _("You have our first answer by %s.") % timestamp(ticket.answer_due_at)]

    _tell(ticket, reader, "ticket-received", paragraphs)


def _tell(ticket: Ticket, reader: User, kind: str, paragraphs: Callable[[], list[str]], said: str = "") -> None:
    answers_to = reply_address(ticket.pk, reader.pk) if ticket.state != State.CLOSED else ""

    def compose() -> Letter:
        return Letter(
            subject=subject_of(ticket),
            greeting=_("Hello %s,") % reader.get_short_name(),
            paragraphs=paragraphs(),
            said=said,
            action=Link(_("See ticket"), absolute(_page(ticket))),
            reason=_("You get this mail because you have raised this ticket or written in it."),
            organization_name=ticket.organization.display_name,
            above=f"{MARK} {_('Write your answer above this line')} {MARK[::-1]}" if answers_to else "",
            headers={**thread_of(ticket), **({"Reply-To": answers_to} if answers_to else {})},
        )

    tell(reader, compose, kind=kind, organization_id=ticket.organization_id)


def _page(ticket: Ticket) -> str:
    return reverse("support:ticket", args=[ticket.organization.slug, ticket.pk])
