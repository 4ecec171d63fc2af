"""What is due: payments of which the end is not known, refunds, cards to be forgotten. And staff who ask again."""

import logging
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing import gateways
from billing.actions.locking import lock_again
from billing.actions.payments.methods import FORGET_METHOD
from billing.actions.payments.refunds import CARRY_REFUND
from billing.actions.payments.settling import settle_again
from billing.actions.refills import CARRY_PAYMENT
from billing.actions.staff import check_staff
from billing.gateways.base import Unreachable
from billing.models import Payment, PaymentMethod, Refund
from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from organizations.actors import Actor

log = logging.getLogger(__name__)

SWEEP = 500
# Somebody who loads a page again and again does not have a gateway asked each time.
HURRIES = 20


def sweep_payments() -> int:
    """Wake workers up for everything that is due; how much that is."""
    return (
        _wake_all(CARRY_PAYMENT, Payment.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
        + _wake_all(CARRY_REFUND, Refund.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
        + _wake_all(FORGET_METHOD, PaymentMethod.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    )


def hurry(payment: Payment) -> None:
    """Find out now where an open payment stands: somebody has come back from its gateway, or looks at its page.

    One that nobody has taken to its gateway yet is left to who is just doing that.
    """
    if 0 < payment.attempts < HURRIES and Payment.objects.open().filter(pk=payment.pk).update(due_at=timezone.now()):
        wake(CARRY_PAYMENT, str(payment.pk), expires=SWEEP_PERIOD)


def note_returned(payment: Payment) -> None:
    """Somebody has come back from the gateway: whether they have paid there is not known until it is asked.

    Until then nobody is told that nothing was taken, nor led there a second time.
    """
    Payment.objects.filter(pk=payment.pk, state=Payment.State.WAITING).update(state=Payment.State.STARTED)
    hurry(payment)


def wake_if_due(payment: Payment) -> bool:
    """Find out where an open payment stands, if it is time for that: its page is being looked at. Whether it is."""
    is_due = bool(payment.attempts) and Payment.objects.filter(pk=payment.pk).due().exists()
    if is_due:
        wake(CARRY_PAYMENT, str(payment.pk), expires=SWEEP_PERIOD)
    return is_due


@audited("payment.asked_again")
def note_asked_again(*, payment: Payment, by: Actor) -> Payment:
    """Write down that staff ask a gateway about a payment. Raises Refused for anybody else."""
    check_staff(by)
    account, by = lock_again(payment.account, by)
    record("payment.asked_again", by=by, organization_id=account.pk, target=payment)
    return payment


def ask_again(*, payment: Payment, by: Actor) -> Payment:
    """Ask a gateway, for staff, where a payment stands, whatever we know; what fits now counts, of an odd one too.

    Raises Refused where the gateway does not answer, or knows nothing of it.
    """
    note_asked_again(payment=payment, by=by)
    try:
        outcome = gateways.named(payment.gateway).find(payment)
    except Unreachable:
        raise Refused(_("The gateway does not answer at the moment."), code="unreachable") from None
    if outcome is None:
        raise Refused(_("The gateway knows nothing of this payment."), code="unknown")
    return settle_again(payment.pk, outcome)


def _wake_all(task: str, ids: Iterable[UUID]) -> int:
    found = list(ids)
    for pk in found:
        # The next sweep asks again: without workers the broker must not fill up.
        wake(task, str(pk), expires=SWEEP_PERIOD)
    return len(found)
