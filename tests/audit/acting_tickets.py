"""What people do with tickets, for the test of every action: what each does, and the event that it leaves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organizations.actors import Actor
from support.actions.tickets import close_ticket, raise_ticket, reopen_ticket, solve_ticket, write_message
from support.models import Ticket
from tests.cast import Cast
from tests.support.making import make_ticket


def ticket(cast: Cast, **columns: Any) -> Ticket:
    """Mia's, of Acme."""
    return make_ticket(cast.acme, cast.mia.user, **columns)


def raised(cast: Cast) -> Ticket:
    """One that she raises now."""
    return raise_ticket(
        organization=cast.acme,
        title="It died",
        body="Look.",
        product=None,
        priority="low",
        by=cast.mia.actor(cast.acme),
    )


def closed(cast: Cast) -> object:
    """One that was solved two weeks ago."""
    old = ticket(cast, state="solved", changed_at=timezone.now() - timedelta(days=14))
    return close_ticket(ticket=old, by=Actor.system())


TICKETS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "raise_ticket": ("ticket.raised", raised),
    "write_message": (
        "ticket.written",
        lambda c: write_message(ticket=ticket(c), body="Still.", by=c.mia.actor(c.acme)),
    ),
    "solve_ticket": ("ticket.solved", lambda c: solve_ticket(ticket=ticket(c), by=c.mia.actor(c.acme))),
    "reopen_ticket": (
        "ticket.reopened",
        lambda c: reopen_ticket(ticket=ticket(c, state="solved"), by=c.mia.actor(c.acme)),
    ),
    "close_ticket": ("ticket.closed", closed),
}
