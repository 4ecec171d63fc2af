"""What became of a payment, said by a gateway: compared with what was asked for, and credited once.

Whoever says it (the answer to a request, a message, the sweep), in any order and however often, comes through here. A
payment that is paid stays so; a late success counts, for the money was taken. What does not fit is credited never: it
is kept for staff, who are told (ATTACKS 29).
"""

import logging
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from audit.recording import record
from billing.actions import notifying, refills, standing
from billing.actions.ledger import book
from billing.actions.locking import lock_again
from billing.actions.payments.disputes import take_rest
from billing.actions.payments.methods import keep_method
from billing.gateways.base import Card, Outcome
from billing.letters import payments as letters
from billing.models import Customer, Payment, Reason
from billing.models.payment import PROBLEM_LENGTH
from console.text import one_line
from organizations.actors import Actor

log = logging.getLogger(__name__)

State = Payment.State

# What a payment may become from where it is.
MOVES: dict[str, frozenset[str]] = {
    State.STARTED: frozenset({State.WAITING, State.PROCESSING, State.PAID, State.FAILED, State.ABANDONED}),
    State.WAITING: frozenset({State.WAITING, State.PROCESSING, State.PAID, State.FAILED, State.ABANDONED}),
    State.PROCESSING: frozenset({State.PAID, State.FAILED, State.ABANDONED}),
    State.FAILED: frozenset({State.PAID}),
    State.ABANDONED: frozenset({State.PROCESSING, State.PAID}),
    # Staff look at it, and ask the gateway again (`sweeping.ask_again`).
    State.ODD: frozenset(),
    State.PAID: frozenset(),
}
NEVER_HEARD = gettext_noop("The payment company never heard of this payment.")
OTHER_AMOUNT = gettext_noop("The gateway says another amount than was asked for.")
OTHER_CURRENCY = gettext_noop("The gateway says another currency than was asked for.")
OTHER_CUSTOMER = gettext_noop("The gateway says that somebody else has paid.")
OTHER_PAYMENT = gettext_noop("The gateway speaks of another payment than this one.")


@transaction.atomic
def settle_payment(payment_id: UUID, outcome: Outcome) -> Payment:
    """Write down where a payment stands at its gateway, and credit it once where it is paid; the row as it is then.

    Raises Payment.DoesNotExist.
    """
    return _settle(payment_id, outcome, MOVES)


@transaction.atomic
def settle_again(payment_id: UUID, outcome: Outcome) -> Payment:
    """The same for an odd one of which the gateway, asked by staff, now says what fits."""
    return _settle(payment_id, outcome, MOVES | {State.ODD: MOVES[State.STARTED]})


@transaction.atomic
def fail_payment(payment_id: UUID, problem: str) -> Payment:
    """Write down that a gateway does not do what was asked of it, or that it need not be asked; ``problem``: why."""
    payment, by = lock_payment(payment_id)
    if State.FAILED in MOVES[payment.state]:
        _fail(payment, problem, by)
    return payment


@transaction.atomic
def abandon_payment(payment_id: UUID) -> Payment:
    """Write down that nobody goes on with a payment. One that is paid after all counts all the same."""
    payment, by = lock_payment(payment_id)
    if State.ABANDONED in MOVES[payment.state]:
        _abandon(payment, by)
    return payment


def lock_payment(payment_id: UUID) -> tuple[Payment, Actor]:
    """The payment and its account, locked until the transaction ends, and the system as the actor."""
    found = Payment.objects.select_related("account__organization").get(pk=payment_id)
    account, by = lock_again(found.account, Actor.system())
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
    payment.account = account
    return payment, by


def misfit(payment: Payment, outcome: Outcome) -> str:
    """What does not fit a payment of what a gateway says of it; empty where it does."""
    if outcome.amount != payment.amount:
        return OTHER_AMOUNT
    if outcome.currency.upper() != payment.account.currency:
        return OTHER_CURRENCY
    if payment.external_id not in {"", outcome.external_id}:
        return OTHER_PAYMENT
    if _is_of_another(payment, outcome):
        return OTHER_PAYMENT
    return "" if _is_by_its_customer(payment, outcome) else OTHER_CUSTOMER


def _settle(payment_id: UUID, outcome: Outcome, moves: Mapping[str, frozenset[str]]) -> Payment:
    payment, by = lock_payment(payment_id)
    if problem := misfit(payment, outcome):
        _note_odd(payment, problem, by)
    elif outcome.state in moves[payment.state]:
        _move(payment, outcome, by)
    return payment


def _is_of_another(payment: Payment, outcome: Outcome) -> bool:
    same = Payment.objects.filter(gateway=payment.gateway, external_id=outcome.external_id)
    return not payment.external_id and bool(outcome.external_id) and same.exclude(pk=payment.pk).exists()


def _is_by_its_customer(payment: Payment, outcome: Outcome) -> bool:
    """Whether the gateway's customer is this account's; one that nobody is known by yet becomes it."""
    if not outcome.customer:
        return True
    known = Customer.objects.filter(gateway=payment.gateway)
    ours = known.filter(account=payment.account).values_list("external_id", flat=True).first()
    if ours is None and not known.filter(external_id=outcome.customer).exists():
        Customer.objects.create(account=payment.account, gateway=payment.gateway, external_id=outcome.customer)
        return True
    return ours == outcome.customer


def _note_odd(payment: Payment, problem: str, by: Actor) -> None:
    # For staff; the sentence names nobody.
    log.error("A payment does not fit what its gateway says: %s", problem, extra={"payment_id": payment.pk})
    if payment.state in {State.PAID, State.ODD}:
        return
    payment.problem = problem
    _end(payment, State.ODD, by)
    if payment.is_refill:
        # Money may have been taken that is not in the funds: the next one would take it again.
        refills.switch_off(payment.account, by=by)


def _move(payment: Payment, outcome: Outcome, by: Actor) -> None:
    payment.external_id = payment.external_id or outcome.external_id
    if outcome.card and not payment.method_name:
        payment.method_name = f"{outcome.card.brand} •••• {outcome.card.last4}"
    state = State(outcome.state)
    if state == State.PAID:
        _pay(payment, outcome.card, by)
    elif state == State.FAILED:
        _fail(payment, outcome.problem, by, is_card_dead=outcome.is_card_dead)
    elif state == State.ABANDONED:
        _abandon(payment, by)
    else:
        _go_on(payment, outcome)


def _go_on(payment: Payment, outcome: Outcome) -> None:
    """It waits for somebody, or for a bank; a worker looks after it."""
    was_told = bool(payment.next_address)
    refills_open = payment.account.payments.filter(purpose=Payment.Purpose.REFILL).open()
    if payment.is_refill and not payment.is_open and refills_open.exists():
        # It was given up, and another one is under way: one at a time. Should this one be paid, it counts all the same.
        return
    payment.state, payment.next_address, payment.settled_at = State(outcome.state), outcome.next_address, None
    payment.save()
    if payment.is_refill and payment.state == State.WAITING and not was_told:
        letters.tell_of_question(payment)


def _pay(payment: Payment, card: Card | None, by: Actor) -> None:
    account = payment.account
    if card and payment.keeps_method and payment.method is None:
        payment.method = keep_method(account, payment.gateway, card, asked_by=payment.asked_by, by=by)
    payment.problem = ""
    _end(payment, State.PAID, by)
    if not payment.amount:
        return
    book(account, Reason.TOP_UP, payment.amount, key=f"payment:{payment.pk}", payment=payment)
    take_rest(payment)
    standing.note_paid(account)
    refills.note_paid(account)
    notifying.settle_notice(account, notifying.Notice.PAYMENT_FAILED)
    letters.send_receipt(payment)
    standing.review(account, by=by)


def _fail(payment: Payment, problem: str, by: Actor, *, is_card_dead: bool = False) -> None:
    payment.problem = one_line(problem, PROBLEM_LENGTH)
    is_awaited = _is_awaited(payment)
    _end(payment, State.FAILED, by)
    _tell_of_end(payment, by, is_awaited=is_awaited, is_card_dead=is_card_dead)


def _abandon(payment: Payment, by: Actor) -> None:
    is_awaited = _is_awaited(payment)
    payment.problem = NEVER_HEARD if payment.state == State.STARTED else ""
    _end(payment, State.ABANDONED, by)
    _tell_of_end(payment, by, is_awaited=is_awaited, is_card_dead=False)


def _is_awaited(payment: Payment) -> bool:
    """Whether somebody was told that they will hear of it, and is not looking any more."""
    was_asked_again = payment.state == State.STARTED and payment.attempts > 1
    return payment.amount > 0 and (was_asked_again or payment.state == State.PROCESSING)


def _tell_of_end(payment: Payment, by: Actor, *, is_awaited: bool, is_card_dead: bool) -> None:
    if payment.is_refill:
        refills.note_failed(payment, is_card_dead=is_card_dead, by=by)
    elif is_awaited:
        letters.tell_of_failure(payment)


def _end(payment: Payment, state: Payment.State, by: Actor) -> None:
    before = payment.state
    payment.state, payment.settled_at, payment.next_address = state, timezone.now(), ""
    payment.save()
    record(
        "payment.settled",
        by=by,
        organization_id=payment.account_id,
        target=payment,
        before={"state": before},
        after={"state": state.value, "amount": payment.amount, "currency": payment.account.currency},
    )
