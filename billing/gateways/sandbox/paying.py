"""What comes of a card at the sandbox: on its page, and when one that it keeps is charged.

A card's number is looked at here and nowhere kept; its last four digits are.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from billing.gateways.sandbox.cards import (
    NOT_CONFIRMED,
    PROBLEMS,
    Behaviour,
    behaviour_of,
    digits_of,
    has_check_digit,
)
from billing.gateways.sandbox.messages import tell_of_dispute, tell_of_payment
from billing.models import SandboxCard, SandboxPayment
from console.refusal import Refused

State = SandboxPayment.State

# How long it takes until a bank has made up its mind, an answer comes, and somebody disputes; and until that is won.
PROCESSES_FOR = SILENT_FOR = timedelta(seconds=20)
DISPUTED_AFTER, WON_AFTER = timedelta(seconds=30), timedelta(seconds=60)
NO_NUMBER = gettext_lazy("This is no card number: look at its digits again.")
NOT_A_TEST = gettext_lazy("Only the numbers below work here. Never type the number of a real card.")
OVER = gettext_lazy("This payment is over.")


@transaction.atomic
def pay(payment_id: UUID, *, number: str, year: int, month: int) -> SandboxPayment:
    """Pay, or keep a card, with a number that somebody has typed; ``year`` and ``month``: until when it is valid.

    Raises Refused for a number that does not work here, a card that has expired, and one that is declined: then
    another one can be typed.
    """
    payment = _lock(payment_id)
    if payment.state != State.OPEN:
        raise Refused(OVER, code="over")
    if not has_check_digit(number):
        raise Refused(NO_NUMBER, code="number", field="number")
    behaviour = behaviour_of(number)
    if behaviour is None:
        raise Refused(NOT_A_TEST, code="number", field="number")
    today = timezone.now().date()
    if (year, month) < (today.year, today.month):
        raise Refused(gettext("This card has expired."), code="expired", field="expiry")
    if behaviour in PROBLEMS and not (behaviour == Behaviour.DECLINED_LATER and payment.is_kept):
        raise Refused(gettext(PROBLEMS[behaviour]), code="declined", field="number")
    payment.card = SandboxCard.objects.create(
        customer=payment.customer,
        behaviour=behaviour,
        last4=digits_of(number)[-4:],
        expires_year=year,
        expires_month=month,
    )
    if behaviour == Behaviour.CHALLENGE:
        _become(payment, State.CHALLENGED)
    else:
        _succeed(payment, behaviour)
    return payment


@transaction.atomic
def charge(payment_id: UUID) -> SandboxPayment:
    """Charge the card that a payment is made with, which the sandbox keeps; once, whatever comes of it."""
    payment = _lock(payment_id)
    if payment.state != State.OPEN or payment.card is None:
        return payment
    behaviour = Behaviour(payment.card.behaviour)
    if behaviour == Behaviour.CHALLENGE:
        _become(payment, State.CHALLENGED)
    elif behaviour in PROBLEMS:
        payment.problem = PROBLEMS[behaviour]
        _become(payment, State.FAILED)
    else:
        _succeed(payment, behaviour)
    return payment


@transaction.atomic
def confirm(payment_id: UUID) -> SandboxPayment:
    """The holder of a card says to the bank that it is they who pay."""
    payment = _lock(payment_id)
    if payment.state == State.CHALLENGED:
        _succeed(payment, Behaviour.SUCCEEDS)
    return payment


@transaction.atomic
def refuse(payment_id: UUID) -> SandboxPayment:
    """The holder of a card says to the bank that it is not they who pay."""
    payment = _lock(payment_id)
    if payment.state == State.CHALLENGED:
        payment.problem = NOT_CONFIRMED
        _become(payment, State.FAILED)
    return payment


@transaction.atomic
def call_off(reference: UUID) -> None:
    """Let nobody pay any more; nothing where the sandbox does not know it, or it was paid already."""
    waiting = SandboxPayment.objects.filter(reference=reference, state__in=[State.OPEN, State.CHALLENGED])
    waiting.update(state=State.ABANDONED)


def _succeed(payment: SandboxPayment, behaviour: Behaviour) -> None:
    if not payment.amount:
        _become(payment, State.PAID)
    elif behaviour == Behaviour.PROCESSES:
        _become(payment, State.PROCESSING)
        tell_of_payment(payment, after=PROCESSES_FOR, moves_to=State.PAID)
    elif behaviour == Behaviour.SILENT:
        payment.state, payment.silent_until = State.PAID, timezone.now() + SILENT_FOR
        payment.save()
        tell_of_payment(payment, after=SILENT_FOR)
    else:
        _become(payment, State.PAID)
        if behaviour in {Behaviour.DISPUTED, Behaviour.DISPUTED_WON}:
            tell_of_dispute(payment, "open", after=DISPUTED_AFTER)
        if behaviour == Behaviour.DISPUTED_WON:
            tell_of_dispute(payment, "won", after=WON_AFTER)


def _become(payment: SandboxPayment, state: State) -> None:
    payment.state = state
    payment.save()
    if state != State.CHALLENGED:
        tell_of_payment(payment)


def _lock(payment_id: UUID) -> SandboxPayment:
    return SandboxPayment.objects.select_for_update(of=("self",)).select_related("card").get(pk=payment_id)
