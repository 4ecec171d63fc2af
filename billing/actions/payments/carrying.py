"""A payment is taken to its gateway: outside of any transaction, by whoever has begun it or by a worker.

The row's id is the idempotency key: however often a gateway is asked for one payment, it takes it once. An answer that
does not come says nothing: the payment stays as it is ("we are checking"), and a worker finds out what became of it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from billing import gateways
from billing.actions.payments.calling_off import give_up
from billing.actions.payments.settling import abandon_payment, fail_payment, settle_payment
from billing.gateways.base import Gateway, NotAccepted, Outcome, Unreachable
from billing.models import Payment
from outbox.leases import LEASE, pause_after
from outbox.letters import absolute

log = logging.getLogger(__name__)

State = Payment.State

# What a gateway knows nothing of after this time never reached it.
UNKNOWN_FOR = timedelta(hours=1)
# Whoever was to go on with it will not.
WAITED_FOR = timedelta(hours=24)

CARD_GONE = gettext_noop("The card is no longer kept.")


def carry_payment(payment_id: UUID, *, back: str) -> Payment:
    """Take a payment to its gateway for the first time, for a person who waits; the row as it is then.

    ``back``: the whole address to which the gateway sends them. Where somebody else is at it, or it was done before,
    nothing is asked. It never raises what a gateway does.
    """
    now = timezone.now()
    first = Payment.objects.filter(pk=payment_id, state=State.STARTED, attempts=0)
    if not first.update(attempts=F("attempts") + 1, claimed_until=now + LEASE):
        return _read(payment_id)
    payment = _read(payment_id)
    with _trying(payment):
        settle_payment(payment.pk, _asked(gateways.named(payment.gateway), payment, back))
    return _read(payment_id)


def look_after(payment_id: UUID) -> Payment:
    """Find out where a payment stands, if that is due and nobody else is at it; the row as it is then.

    One with a kept card whose gateway knows nothing of it is asked for again, until it is too old.
    """
    payment = _read(payment_id)
    if payment.method and not payment.attempts:
        # Nobody waits for an answer: begun by a program, or by itself.
        return carry_payment(payment_id, back=page_of(payment))
    for claimed in Payment.objects.filter(pk=payment_id).claim(1):
        payment = _read(claimed.pk)
        with _trying(payment):
            _find_out(payment)
    return _read(payment_id)


def page_of(payment: Payment) -> str:
    """The whole address of a payment's page, where its organization is still there."""
    organization = payment.account.organization
    return absolute(reverse("billing:payment", args=[organization.slug, payment.pk]) if organization else "/")


def _find_out(payment: Payment) -> None:
    gateway = gateways.named(payment.gateway)
    outcome = gateway.find(payment)
    age = timezone.now() - payment.asked_at
    if outcome is None:
        _go_without(gateway, payment, age)
        return
    if outcome.state == "waiting" and age > WAITED_FOR:
        give_up(gateway, payment)
        return
    settle_payment(payment.pk, outcome)


def _go_without(gateway: Gateway, payment: Payment, age: timedelta) -> None:
    """The gateway knows nothing of it."""
    if age > UNKNOWN_FOR:
        abandon_payment(payment.pk)
    elif payment.method and payment.state == State.STARTED:
        settle_payment(payment.pk, _asked(gateway, payment, page_of(payment)))


def _asked(gateway: Gateway, payment: Payment, back: str) -> Outcome:
    method = payment.method
    if method is None:
        return gateway.begin(payment, back=back)
    if method.removed_at is not None:
        raise NotAccepted(CARD_GONE)
    return gateway.charge(payment, method, back=back)


@contextmanager
def _trying(payment: Payment) -> Iterator[None]:
    """Ask a gateway; whatever comes of it, the payment is looked after again while it is open."""
    try:
        yield
    except NotAccepted as refusal:
        fail_payment(payment.pk, str(refusal.args[0]))
    except Unreachable:
        log.warning("A payment gateway does not answer.", extra={"payment_id": payment.pk})
    except Exception as error:  # noqa: BLE001 -- whatever went wrong: what was asked may have been done
        # Neither the exception's text nor its traceback: both may hold what a gateway says of people.
        log.warning("A payment gateway cannot be asked (%s).", type(error).__name__, extra={"payment_id": payment.pk})
    mine = Payment.objects.open().filter(pk=payment.pk, attempts=payment.attempts)
    mine.update(claimed_until=None, due_at=timezone.now() + pause_after(payment.attempts))


def _read(payment_id: UUID) -> Payment:
    return Payment.objects.select_related("account__organization", "method").get(pk=payment_id)
