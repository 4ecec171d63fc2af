"""What staff do with tickets, in the admin: answer, note for themselves, say who looks after one, and set it right."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line
from console.versions import check_same
from organizations.actors import Actor
from support.actions.attachments import attach
from support.actions.once import id_of
from support.actions.promises import renew_promise
from support.actions.readers import may_answer_tickets
from support.actions.staff import check_staff
from support.actions.tickets import clean_body, known_priority, lock_ticket, solve_ticket
from support.files import StoredFile
from support.letters.staff import tell_of_assignment
from support.letters.tickets import tell_of_message, tell_of_solution
from support.models import Message, Product, State, Ticket, Via
from support.models.ticket import NAME_LENGTH

# What a change of the promise writes.
PROMISED: Final = ("level", "entitlement", "answer_due_at", "alarmed_at")


@audited("ticket.answered")
def answer_ticket(
    *,
    ticket: Ticket,
    body: str,
    files: Sequence[StoredFile] = (),
    seen: str | None = None,
    once: UUID | None = None,
    by: Actor,
) -> Message:
    """Answer as the company: everybody of the organization who takes part gets it by mail; it waits for them.

    Whoever answers what nobody looks after does so from now on. One that is solved stays so. ``files``: kept already
    (`support.files.stored`); ``seen``: the `version_of` what was read before: nobody answers past what was written
    meanwhile; ``once``: the id of the form, so that one sent twice answers once.

    Raises Refused for a ticket that is closed, in an organization that is, and for text or files that we do not take.
    """
    ticket, by = _lock(ticket, by)
    pk = id_of(once, "answer", body, files=files)
    if once and (sent := ticket.messages.filter(pk=pk).first()):
        return sent
    _check_takes_answers(ticket)
    check_same(seen, version_of(ticket))
    text, now = clean_body(body), timezone.now()
    if ticket.state == State.OPEN:
        ticket.state = State.ANSWERED
    ticket.first_answered_at = ticket.first_answered_at or now
    ticket.assigned_to = ticket.assigned_to or by.user
    ticket.add_to_search(text)
    ticket.changed_at = now
    ticket.save(update_fields=["state", "first_answered_at", "assigned_to", "search", "changed_at"])
    message = _say(ticket, text, files, Message(id=pk), by)
    _record("ticket.answered", ticket, by, after={"state": ticket.state, "files": len(files)})
    tell_of_message(message)
    return message


@audited("ticket.noted")
def note_internally(
    *,
    ticket: Ticket,
    body: str,
    files: Sequence[StoredFile] = (),
    seen: str | None = None,
    once: UUID | None = None,
    by: Actor,
) -> Message:
    """Write a note that only staff see, also to a closed ticket. The organization's log says that there was one.

    It changes nothing else: neither whose turn it is nor what lists find. Arguments as `answer_ticket`; raises Refused.
    """
    ticket, by = _lock(ticket, by)
    pk = id_of(once, "note", body, files=files)
    if once and (sent := ticket.messages.filter(pk=pk).first()):
        return sent
    check_same(seen, version_of(ticket))
    message = _say(ticket, clean_body(body), files, Message(id=pk, is_internal=True), by)
    _record("ticket.noted", ticket, by)
    return message


@audited("ticket.assigned")
def assign_ticket(*, ticket: Ticket, assigned_to: User | None, by: Actor) -> Ticket:
    """Say who of the staff looks after a ticket; None: nobody. Who it is, the organization's log does not say.

    Raises Refused for somebody who may not answer tickets.
    """
    ticket, by = _lock(ticket, by)
    if assigned_to and not may_answer_tickets(assigned_to):
        raise Refused(_("Choose somebody who may answer tickets."), code="staff", field="assigned_to")
    if ticket.assigned_to == assigned_to:
        return ticket
    ticket.assigned_to = assigned_to
    ticket.save(update_fields=["assigned_to"])
    if assigned_to and assigned_to != by.user:
        tell_of_assignment(ticket, assigned_to)
    _record("ticket.assigned", ticket, by, after={"is_assigned": assigned_to is not None})
    return ticket


@audited("ticket.priority_changed")
def change_priority(*, ticket: Ticket, priority: str, by: Actor) -> Ticket:
    """Say that it hurts more, or less. What is promised counts from when it was raised. Raises Refused."""
    ticket, by = _lock(ticket, by)
    if known_priority(priority) == ticket.priority:
        return ticket
    former, ticket.priority = ticket.priority, priority
    renew_promise(ticket)
    ticket.save(update_fields=["priority", *PROMISED])
    _record("ticket.priority_changed", ticket, by, before={"priority": former}, after={"priority": priority})
    return ticket


@audited("ticket.product_changed")
def change_product(*, ticket: Ticket, product: Product | None, by: Actor) -> Ticket:
    """Say what a ticket is about. What is promised then counts from when it was raised. Raises Refused."""
    ticket, by = _lock(ticket, by)
    if product == ticket.product:
        return ticket
    former, ticket.product = ticket.product, product
    renew_promise(ticket)
    ticket.save(update_fields=["product", *PROMISED])
    _record("ticket.product_changed", ticket, by, before={"product": _key(former)}, after={"product": _key(product)})
    return ticket


@audited("ticket.solved")
def settle_ticket(*, ticket: Ticket, by: Actor) -> Ticket:
    """Say, as the company, that a ticket is solved, and tell everybody of the organization who takes part.

    Raises Refused as `solve_ticket` does.
    """
    ticket, by = _lock(ticket, by)
    was_solved = ticket.state == State.SOLVED
    ticket = solve_ticket(ticket=ticket, by=by)
    if not was_solved:
        tell_of_solution(ticket)
    return ticket


def version_of(ticket: Ticket) -> str:
    """What tells one state of a conversation from any other: its newest message."""
    return str(ticket.messages.order_by("-created_at", "-id").values_list("pk", flat=True).first() or "")


def _lock(ticket: Ticket, by: Actor) -> tuple[Ticket, Actor]:
    check_staff(by)
    return lock_ticket(ticket, by)


def _check_takes_answers(ticket: Ticket) -> None:
    if ticket.state == State.CLOSED:
        raise Refused(_("This ticket is closed for good. Nobody can answer it any more."), code="closed")
    if ticket.organization.is_closed:
        raise Refused(_("This organization is closed: nobody there would read it."), code="closed")


def _say(ticket: Ticket, text: str, files: Sequence[StoredFile], message: Message, by: Actor) -> Message:
    """Save a message of the staff with its files; of the writer's name no more is kept than people may see."""
    message.ticket, message.body, message.via, message.is_staff = ticket, text, Via.STAFF, True
    message.author = by.user
    message.author_name = one_line(by.user.first_name if by.user else "", NAME_LENGTH)
    message.save(force_insert=True)
    attach(message, files)
    return message


def _record(event: str, ticket: Ticket, by: Actor, **values: Any) -> None:
    record(event, by=by, organization_id=ticket.organization_id, target=ticket, **values)


def _key(product: Product | None) -> str:
    return product.key if product else ""
