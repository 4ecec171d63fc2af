"""Money of a payment goes back to the card: staff ask for it, a worker has the gateway do it.

It is out of the funds when it is asked for, so that nobody spends it meanwhile; what fails is put back by an entry.
"""

import logging
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.recording import audited, record
from billing import gateways
from billing.actions import standing
from billing.actions.ledger import book, returnable
from billing.actions.locking import lock_again
from billing.actions.payments.disputes import take_rest
from billing.actions.payments.settling import lock_payment
from billing.actions.staff import check_note, check_staff
from billing.gateways.base import NotAccepted, RefundOutcome, Unreachable
from billing.letters import payments as letters
from billing.models import Payment, Reason, Refund
from billing.models.payment import PROBLEM_LENGTH
from console.celery import wake
from console.ids import uuid7
from console.money import money
from console.refusal import Refused
from console.text import one_line
from organizations.actors import Actor
from outbox.leases import pause_after

log = logging.getLogger(__name__)

State = Refund.State

CARRY_REFUND = "billing.carry_refund"
OTHER_AMOUNT = gettext_noop("The gateway says another amount than was asked for.")


@audited("refund.started")
def refund_payment(*, payment: Payment, amount: int, note: str, by: Actor, once: UUID | None = None) -> Refund:
    """Give ``amount``, in the smallest unit, of a payment back to its card; for staff, who say why.

    ``once``: the refund's id, made with the form, so that the same form sent twice makes one.

    Promotional credit is never paid out (issue, 3). Raises Refused for more than of the payment, or of the funds, can
    go back.
    """
    check_staff(by)
    note = check_note(note)
    account, by = lock_again(payment.account, by)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    payment.account = account
    if once and (sent := Refund.objects.filter(pk=once, payment=payment).first()):
        return sent
    most = min(payment.returnable, returnable(account))
    if not 1 <= amount <= most:
        message = _("Of this payment, %s can go back at most.") % money(account.money(most))
        raise Refused(message, code="too-large", field="amount")
    refund = Refund(id=once or uuid7(), payment=payment, amount=amount, note=note, asked_by=by.user)
    refund.save(force_insert=True)
    payment.refunded += amount
    payment.save(update_fields=["refunded"])
    book(
        account,
        Reason.REFUND,
        -amount,
        key=f"refund:{refund.pk}",
        refund=refund,
        payment=payment,
        note=note,
    )
    record(
        "refund.started",
        by=by,
        organization_id=account.pk,
        target=payment,
        after={"amount": amount, "currency": account.currency},
        texts={"note": ("", note)},
    )
    transaction.on_commit(partial(wake, CARRY_REFUND, str(refund.pk)), robust=True)
    standing.review(account, by=by)
    return refund


def carry_refund(refund_id: UUID) -> bool:
    """Have the gateway give money back, if that is due and nobody else is at it; whether it is known how that ended."""
    for claimed in Refund.objects.filter(pk=refund_id).claim(1):
        refund = Refund.objects.select_related("payment__account").get(pk=claimed.pk)
        try:
            outcome = gateways.named(refund.payment.gateway).refund(refund)
        except NotAccepted as refusal:
            fail_refund(refund.pk, str(refusal.args[0]))
            return True
        except Exception as error:  # noqa: BLE001 -- whatever went wrong: what was asked may have been done
            if not isinstance(error, Unreachable):
                log.warning(
                    "A refund could not be asked for (%s).", type(error).__name__, extra={"refund_id": refund.pk}
                )
        else:
            if settle_refund(refund.pk, outcome).state != State.STARTED:
                return True
        mine = Refund.objects.filter(pk=refund.pk, attempts=refund.attempts, state=State.STARTED)
        mine.update(claimed_until=None, due_at=timezone.now() + pause_after(refund.attempts))
    return False


@transaction.atomic
def settle_refund(refund_id: UUID, outcome: RefundOutcome) -> Refund:
    """Write down where a refund stands at the gateway; one that is done may fail later, at the card's bank.

    Raises Refund.DoesNotExist.
    """
    refund, by = _lock(refund_id)
    state = State(outcome.state)
    if outcome.amount != refund.amount:
        # Staff see it; what goes back stays out of the funds.
        log.error("A refund is not what was asked for.", extra={"refund_id": refund.pk})
        refund.problem = OTHER_AMOUNT
        refund.save(update_fields=["problem"])
    elif state == State.FAILED:
        _fail(refund, outcome.problem, by)
    elif state == State.DONE and refund.state == State.STARTED:
        refund.external_id = outcome.external_id
        _end(refund, State.DONE, by)
        letters.tell_of_refund(refund)
    return refund


@transaction.atomic
def fail_refund(refund_id: UUID, problem: str) -> Refund:
    """Write down that a gateway does not give money back: it is in the funds again."""
    refund, by = _lock(refund_id)
    _fail(refund, problem, by)
    return refund


def _lock(refund_id: UUID) -> tuple[Refund, Actor]:
    found = Refund.objects.get(pk=refund_id)
    payment, by = lock_payment(found.payment_id)
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund_id)
    refund.payment = payment
    return refund, by


def _fail(refund: Refund, problem: str, by: Actor) -> None:
    if refund.state == State.FAILED:
        return
    payment, account = refund.payment, refund.payment.account
    refund.problem = one_line(problem, PROBLEM_LENGTH)
    payment.refunded -= refund.amount
    payment.save(update_fields=["refunded"])
    book(
        account,
        Reason.CORRECTION,
        refund.amount,
        key=f"refund:{refund.pk}:failed",
        payment=payment,
        corrects=refund.entry,
    )
    take_rest(payment)
    _end(refund, State.FAILED, by)
    standing.review(account, by=by)


def _end(refund: Refund, state: Refund.State, by: Actor) -> None:
    refund.state, refund.settled_at = state, timezone.now()
    refund.save()
    record(
        "refund.settled",
        by=by,
        organization_id=refund.payment.account_id,
        target=refund.payment,
        after={"state": state.value, "amount": refund.amount, "currency": refund.payment.account.currency},
    )
