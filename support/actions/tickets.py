"""What people of an organization do with tickets (text 003): raise them, write, say that they are solved, ask again.

All of it goes on in any state of the organization. Whatever is done takes its lock first: so numbers have no gaps, and
of a message and a closing at once one comes first.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import is_readable, one_line, plain_text
from organizations.actions.locking import check_may, lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission
from support.actions.attachments import attach
from support.actions.once import id_of
from support.actions.promises import promise_for
from support.came_from import page_at
from support.files import StoredFile
from support.letters.tickets import tell_of_message
from support.models import Entitlement, Message, Priority, Product, State, Ticket, Via
from support.models.ticket import BODY_LENGTH, NAME_LENGTH, TITLE_LENGTH

# What one organization raises, and what is written to one ticket, within a day: staff read all of it.
TICKETS_PER_DAY: Final = 100
MESSAGES_PER_DAY: Final = 200
DAY: Final = timedelta(days=1)
# Issue 8: solved ones are closed for good after so long.
CLOSES_AFTER: Final = timedelta(days=14)


@audited("ticket.raised")
def raise_ticket(
    *,
    organization: Organization,
    title: str,
    body: str,
    product: Product | None,
    priority: str,
    files: Sequence[StoredFile] = (),
    entitlement: Entitlement | None = None,
    asked_from: str = "",
    via: str = Via.PAGE,
    once: UUID | None = None,
    by: Actor,
) -> Ticket:
    """Ask the company for help: a ticket with its first message, under the next number of the organization.

    ``files``: kept already (`support.files.stored`); ``entitlement``: the one to raise it under, where several cover
    the product; ``asked_from``: the page of the console that it is about; ``once``: the id of the form, so that one
    sent twice raises one. A service key raises it as the organization: then it is nobody's own.

    Raises Refused, at its field, for a title or text that cannot be read or is too long, a product that is not offered,
    an entitlement that does not cover it now, files that were sent before; and for more than `TICKETS_PER_DAY`.
    """
    organization, by = lock(organization.pk, by, Permission.RAISE_TICKETS)
    pk = id_of(once, title, body, files=files)
    if once and (sent := Ticket.objects.filter(pk=pk, organization=organization).first()):
        return sent
    _check_room(organization)
    ticket = Ticket(
        id=pk,
        organization=organization,
        number=_next_number(organization),
        title=_clean_title(title),
        product=_offered(product),
        priority=known_priority(priority),
        raised_by=None if by.is_trusted else by.user,
        raised_by_name=one_line(by.label, NAME_LENGTH),
        asked_from=_page_of(organization, asked_from),
    )
    _promise(ticket, entitlement)
    text = clean_body(body)
    ticket.copy_search(text)
    ticket.save(force_insert=True)
    message = _say(ticket, text, files, Message(via=via), by)
    record(
        "ticket.raised",
        by=by,
        organization_id=organization.pk,
        target=ticket,
        after={"priority": ticket.priority, "product": ticket.product.key if ticket.product else "", "via": via},
    )
    tell_of_message(message)
    return ticket


@audited("ticket.written")
def write_message(
    *,
    ticket: Ticket,
    body: str,
    files: Sequence[StoredFile] = (),
    via: str = Via.PAGE,
    mail_id: str | None = None,
    once: UUID | None = None,
    by: Actor,
) -> Message:
    """Write to a ticket, as somebody of the organization; it waits for the company again, also where it was solved.

    ``files``, ``once``: as for `raise_ticket`; ``mail_id``: the Message-ID of the mail that it came by. The caller has
    looked whether that one was taken before.

    Raises Refused for a ticket that is closed, or that the actor may no longer answer; at its field, for text that
    cannot be read or is too long; and for more than `MESSAGES_PER_DAY`.
    """
    ticket, by = lock_ticket(ticket, by)
    pk = id_of(once, body, files=files)
    if once and (sent := Message.objects.filter(pk=pk, ticket=ticket).first()):
        return sent
    _check_not_closed(ticket)
    since = timezone.now() - DAY
    if ticket.messages.filter(created_at__gt=since, is_staff=False).count() >= MESSAGES_PER_DAY:
        raise Refused(_("Many messages were written to this ticket today. Write again tomorrow."), code="too-many")
    text, former = clean_body(body), ticket.state
    ticket.state = State.OPEN
    ticket.add_to_search(text)
    ticket.changed_at = timezone.now()
    ticket.save(update_fields=["state", "search", "changed_at"])
    message = _say(ticket, text, files, Message(id=pk, via=via, mail_id=mail_id), by)
    record(
        "ticket.written",
        by=by,
        organization_id=ticket.organization_id,
        target=ticket,
        before={"state": former},
        after={"state": ticket.state, "via": via, "files": len(files)},
    )
    tell_of_message(message)
    return message


@audited("ticket.solved")
def solve_ticket(*, ticket: Ticket, by: Actor) -> Ticket:
    """Say that a ticket needs no more answers. It is closed for good after `CLOSES_AFTER`; a message opens it again.

    Raises Refused for one that is closed. One that is solved stays as it is.
    """
    ticket, by = lock_ticket(ticket, by)
    _check_not_closed(ticket)
    return _turn(ticket, State.SOLVED, "ticket.solved", by)


@audited("ticket.reopened")
def reopen_ticket(*, ticket: Ticket, by: Actor) -> Ticket:
    """Say that a ticket is not solved after all. Raises Refused for one that is closed."""
    ticket, by = lock_ticket(ticket, by)
    _check_not_closed(ticket)
    return _turn(ticket, State.OPEN, "ticket.reopened", by) if ticket.state == State.SOLVED else ticket


def close_solved_tickets() -> int:
    """Close what was solved `CLOSES_AFTER` ago, and nobody has said anything since; how many there were."""
    solved = Ticket.objects.filter(state=State.SOLVED, changed_at__lte=timezone.now() - CLOSES_AFTER)
    by = Actor.system()
    closed = [close_ticket(ticket=ticket, by=by) for ticket in solved.order_by("changed_at")[:1000]]
    return sum(closed)


@audited("ticket.closed")
def close_ticket(*, ticket: Ticket, by: Actor) -> bool:
    """Close a ticket for good, if it is still due; whether it was. What is written from then on begins a new one."""
    ticket, by = lock_ticket(ticket, by)
    if ticket.state != State.SOLVED or ticket.changed_at > timezone.now() - CLOSES_AFTER:
        return False
    ticket.closed_at = timezone.now()
    ticket.state = State.CLOSED
    ticket.save(update_fields=["state", "closed_at"])
    record("ticket.closed", by=by, organization_id=ticket.organization_id, target=ticket)
    return True


def lock_ticket(ticket: Ticket, by: Actor) -> tuple[Ticket, Actor]:
    """The ticket as it is now, with its organization locked until the transaction ends, and the actor as of now.

    Raises Refused where the actor may no longer see it, or only look at it.
    """
    organization, by = lock(ticket.organization_id, by, Permission.RAISE_TICKETS)
    found = Ticket.objects.visible_to(by).filter(organization=organization, pk=ticket.pk).first()
    if found is None:
        raise Refused(_("This ticket is no longer there for you."), code="gone")
    if not by.is_trusted:
        check_may(Permission.RAISE_TICKETS, found, by)
    found.organization = organization
    return found, by


def clean_body(body: str) -> str:
    """The text of a message as it is kept. Raises Refused, at ``body``, for one that cannot be read or is too long."""
    cleaned = plain_text(body)
    if not is_readable(cleaned):
        raise Refused(_("Write what it is about."), code="body", field="body")
    if len(cleaned) > BODY_LENGTH:
        raise Refused(
            _("Write at most %d characters, and attach what is longer as a file.") % BODY_LENGTH,
            code="body",
            field="body",
        )
    return cleaned


def known_priority(priority: str) -> str:
    """The priority, if it is one. Raises Refused, at ``priority``."""
    if priority not in Priority.values:
        raise Refused(_("Choose how much it hurts."), code="priority", field="priority")
    return priority


def _turn(ticket: Ticket, state: State, event: str, by: Actor) -> Ticket:
    if ticket.state == state:
        return ticket
    former, ticket.state, ticket.changed_at = ticket.state, state, timezone.now()
    ticket.save(update_fields=["state", "changed_at"])
    record(
        event,
        by=by,
        organization_id=ticket.organization_id,
        target=ticket,
        before={"state": former},
        after={"state": state},
    )
    return ticket


def _say(ticket: Ticket, text: str, files: Sequence[StoredFile], message: Message, by: Actor) -> Message:
    """Save a message of the organization's side with its files."""
    message.ticket, message.body = ticket, text
    message.author = None if by.is_trusted else by.user
    message.author_name = one_line(by.label, NAME_LENGTH)
    message.save(force_insert=True)
    attach(message, files)
    return message


def _check_room(organization: Organization) -> None:
    if organization.tickets.filter(created_at__gt=timezone.now() - DAY).count() >= TICKETS_PER_DAY:
        raise Refused(_("Many tickets were raised here today. Write to one of them, or wait a day."), code="too-many")


def _check_not_closed(ticket: Ticket) -> None:
    if ticket.state == State.CLOSED:
        raise Refused(_("This ticket is closed. Raise a new one, and name its number."), code="closed")


def _page_of(organization: Organization, address: str) -> str:
    """The page of ours that may stand in a ticket: others of the organization read which other ones there are."""
    path = page_at(address)
    is_elsewhere = path.startswith("/o/") and not path.startswith(f"/o/{organization.slug}/")
    return "" if is_elsewhere else path


def _next_number(organization: Organization) -> int:
    last: int | None = organization.tickets.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _clean_title(title: str) -> str:
    cleaned = one_line(title, len(title))
    if not is_readable(cleaned):
        raise Refused(_("Say in a few words what it is about."), code="title", field="title")
    if len(cleaned) > TITLE_LENGTH:
        raise Refused(_("Choose a title of at most %d characters.") % TITLE_LENGTH, code="title", field="title")
    return cleaned


def _offered(product: Product | None) -> Product | None:
    if product is None:
        return None
    found = Product.objects.filter(pk=product.pk, is_offered=True).first()
    if found is None:
        raise Refused(_("“%s” is not offered any more. Choose another one.") % product, code="product", field="product")
    return found


def _promise(ticket: Ticket, entitlement: Entitlement | None) -> None:
    """Write down what is promised for a new ticket. Raises Refused for an entitlement that does not cover it."""
    promise = promise_for(
        ticket.organization, ticket.product, ticket.priority, ticket.created_at, entitlement=entitlement
    )
    if entitlement and (promise.entitlement is None or promise.entitlement.pk != entitlement.pk):
        raise Refused(
            _("This entitlement does not cover the product now. Choose another one."),
            code="entitlement",
            field="entitlement",
        )
    ticket.level, ticket.entitlement, ticket.answer_due_at = promise.level, promise.entitlement, promise.due_at
