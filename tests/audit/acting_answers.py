"""What staff do with tickets, for the test of every action: what each does, and the event that it leaves."""

from collections.abc import Callable

from accounts.models import User
from organizations.actors import Actor
from support.actions.answers import (
    answer_ticket,
    assign_ticket,
    change_priority,
    change_product,
    note_internally,
    settle_ticket,
)
from support.models import Ticket
from tests.cast import Cast, make_person
from tests.support.making import make_product, make_ticket


def ticket(cast: Cast) -> Ticket:
    """Mia's, of Acme."""
    return make_ticket(cast.acme, cast.mia.user)


def stella() -> User:
    """Of the staff."""
    return make_person("stella.support@example.com", is_staff=True, is_superuser=True).user


def staff() -> Actor:
    """Stella, as she acts."""
    return Actor.staff(stella())


ANSWERS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "answer_ticket": ("ticket.answered", lambda c: answer_ticket(ticket=ticket(c), body="Press it.", by=staff())),
    "note_internally": ("ticket.noted", lambda c: note_internally(ticket=ticket(c), body="Odd.", by=staff())),
    "assign_ticket": (
        "ticket.assigned",
        lambda c: assign_ticket(ticket=ticket(c), assigned_to=stella(), by=Actor.system()),
    ),
    "change_priority": (
        "ticket.priority_changed",
        lambda c: change_priority(ticket=ticket(c), priority="urgent", by=staff()),
    ),
    "change_product": (
        "ticket.product_changed",
        lambda c: change_product(ticket=ticket(c), product=make_product(), by=staff()),
    ),
    "settle_ticket": ("ticket.solved", lambda c: settle_ticket(ticket=ticket(c), by=staff())),
}
