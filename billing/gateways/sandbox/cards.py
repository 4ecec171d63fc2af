"""The numbers that the sandbox takes, and what each does. Any other number is refused, and none is kept."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Behaviour(StrEnum):
    """What comes of charging a card."""

    SUCCEEDS = "succeeds"
    DECLINED = "declined"
    INSUFFICIENT = "insufficient"
    # Can be kept, and is declined when it is charged then.
    DECLINED_LATER = "declined-later"
    # Of no use any more.
    LOST = "lost"
    CHALLENGE = "challenge"
    PROCESSES = "processes"
    DISPUTED = "disputed"
    DISPUTED_WON = "disputed-won"
    # It is charged, and whoever asked hears nothing of that for a while.
    SILENT = "silent"


@dataclass(frozen=True)
class TestCard:
    """A number, what comes of it, and that in words."""

    __test__ = False

    number: str
    behaviour: Behaviour
    words: object


TEST_CARDS = (
    TestCard("4242 4242 4242 4242", Behaviour.SUCCEEDS, _("succeeds")),
    TestCard("4000 0000 0000 3220", Behaviour.CHALLENGE, _("asks its holder first")),
    TestCard("4000 0000 0000 0002", Behaviour.DECLINED, _("is declined")),
    TestCard("4000 0000 0000 9995", Behaviour.INSUFFICIENT, _("has too little on it")),
    TestCard("4000 0000 0000 0341", Behaviour.DECLINED_LATER, _("can be kept, and is declined when charged later")),
    TestCard("4000 0000 0000 9987", Behaviour.LOST, _("was lost")),
    TestCard("4000 0000 0000 0101", Behaviour.PROCESSES, _("takes twenty seconds, then succeeds")),
    TestCard("4000 0000 0000 0077", Behaviour.SILENT, _("succeeds, but the answer is late")),
    TestCard("4000 0000 0000 0259", Behaviour.DISPUTED, _("succeeds, and is disputed after thirty seconds")),
    TestCard("4000 0000 0000 1976", Behaviour.DISPUTED_WON, _("the same, and the dispute is won after a minute")),
)
BRAND = "Visa"

PROBLEMS = {
    Behaviour.DECLINED: gettext_noop("The card was declined."),
    Behaviour.DECLINED_LATER: gettext_noop("The card was declined."),
    Behaviour.INSUFFICIENT: gettext_noop("There is too little money on the card."),
    Behaviour.LOST: gettext_noop("The card was reported as lost."),
}
NOT_CONFIRMED = gettext_noop("The payment was not confirmed.")


def digits_of(typed: str) -> str:
    """The digits of a card's number as it was typed, with or without spaces."""
    return "".join(character for character in typed if character in "0123456789")


def behaviour_of(number: str) -> Behaviour | None:
    """What a number does; None for one that the sandbox does not take."""
    return next((card.behaviour for card in TEST_CARDS if digits_of(card.number) == digits_of(number)), None)


def has_check_digit(number: str) -> bool:
    """Whether the last digit fits the others (Luhn, ISO/IEC 7812-1): a slip of the hand is found by that."""
    digits = [int(digit) for digit in reversed(digits_of(number))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
