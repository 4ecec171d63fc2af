"""What staff are held to when they give, give back, or set right: that it is them, how much, and that they say why."""

from django.utils.translation import gettext as _

from billing.amounts import LARGEST
from billing.models.entry import NOTE_LENGTH
from console.refusal import Refused
from console.text import one_line
from organizations.actors import Actor


def check_staff(by: Actor) -> None:
    """Refuse whoever is not of the staff: nobody gives money to themselves. Raises Refused."""
    if not by.is_trusted:
        raise Refused(_("Only our staff can do this."), code="staff-only")


def check_amount(amount: int) -> None:
    """Refuse what is no amount that is given at once, in the smallest unit. Raises Refused."""
    if not 0 < amount <= LARGEST:
        raise Refused(_("Type an amount above zero, of a million at most."), code="amount", field="amount")


def check_note(note: str) -> str:
    """Return a note, which the customer reads, as it is kept: on one line. Raises Refused for none and a long one."""
    said = one_line(note, len(note))
    if not said or len(said) > NOTE_LENGTH:
        raise Refused(_("Say why, in at most %d characters.") % NOTE_LENGTH, code="note", field="note")
    return said
