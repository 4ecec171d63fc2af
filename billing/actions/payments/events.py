"""What gateways tell us by themselves: kept as it came, once, and settled by the same functions as their answers.

A message that is sent again is the same row; one that could not be settled, because a worker died, is settled when it
comes again. What is not signed is counted, with a sample, and nothing else comes of it.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from billing.actions.payments.disputes import note_dispute
from billing.actions.payments.refunds import settle_refund
from billing.actions.payments.settling import lock_payment, misfit, settle_payment
from billing.gateways.base import Gateway, Message, NotSigned
from billing.models import GatewayEvent, Payment, Refund, RefusedEvent
from console.text import one_line

log = logging.getLogger(__name__)

State = GatewayEvent.State

# Characters of a refused message that are kept.
SAMPLE = 2000
REASON_LENGTH = 40
KIND_LENGTH = 80

UNKNOWN_PAYMENT = gettext_noop("It speaks of a payment that is not known here.")
UNKNOWN_REFUND = gettext_noop("It speaks of a refund that was not asked for here.")
NOTHING = gettext_noop("Nothing that concerns us.")
KNOWN = gettext_noop("Known already.")


def take_message(gateway: Gateway, headers: Mapping[str, str], body: bytes, *, now: datetime) -> GatewayEvent:
    """Read a message of a gateway, keep it, and write down what it says; its row, also when it comes again.

    Raises NotSigned for what is not the gateway's, or too old (ATTACKS 29); that is counted.
    """
    try:
        message = gateway.read(headers, body, now=now)
    except NotSigned as refusal:
        _count_refused(gateway, str(refusal.args[0]) if refusal.args else "signature", body, now)
        raise
    event, is_new = GatewayEvent.objects.get_or_create(
        gateway=gateway.key,
        external_id=message.external_id,
        defaults={"kind": message.kind[:KIND_LENGTH], "body": dict(message.body), "received_at": now},
    )
    if not is_new:
        GatewayEvent.objects.filter(pk=event.pk).update(times=F("times") + 1)
    return _settle(event, message)


@transaction.atomic
def _settle(event: GatewayEvent, message: Message) -> GatewayEvent:
    event = GatewayEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.state != State.WAITING:
        return event
    payment = _payment_of(event.gateway, message)
    event.payment = payment
    event.state, event.note = _act(payment, message)
    if event.state == State.ODD:
        log.error("A message of a payment gateway is to be looked at: %s", event.note, extra={"event_id": event.pk})
    event.save()
    return event


def _act(payment: Payment | None, message: Message) -> tuple[GatewayEvent.State, str]:
    """Do what a message says; what became of it."""
    if not (message.payment or message.refund or message.dispute):
        return State.IGNORED, NOTHING
    if payment is None:
        return State.ODD, UNKNOWN_PAYMENT
    results = [_act_on_payment(payment, message), _act_on_refund(payment, message), _act_on_dispute(payment, message)]
    said = [result for result in results if result]
    for state in (State.ODD, State.DONE):
        if found := next((result for result in said if result[0] == state), None):
            return found
    return State.IGNORED, KNOWN


def _act_on_payment(payment: Payment, message: Message) -> tuple[GatewayEvent.State, str] | None:
    if message.payment is None:
        return None
    before = Payment.objects.values_list("state", flat=True).get(pk=payment.pk)
    settled = settle_payment(payment.pk, message.payment)
    if problem := misfit(settled, message.payment):
        return State.ODD, problem
    return (State.DONE, "") if settled.state != before else (State.IGNORED, KNOWN)


def _act_on_refund(payment: Payment, message: Message) -> tuple[GatewayEvent.State, str] | None:
    if message.refund is None:
        return None
    refund = Refund.objects.filter(pk=message.refund_id, payment=payment).first() if message.refund_id else None
    if refund is None:
        return State.ODD, UNKNOWN_REFUND
    settled = settle_refund(refund.pk, message.refund)
    if settled.amount != message.refund.amount:
        return State.ODD, settled.problem
    return (State.DONE, "") if settled.state != refund.state else (State.IGNORED, KNOWN)


def _act_on_dispute(payment: Payment, message: Message) -> tuple[GatewayEvent.State, str] | None:
    if message.dispute is None:
        return None
    locked, by = lock_payment(payment.pk)
    return (State.DONE, "") if note_dispute(locked, message.dispute, by=by) else (State.IGNORED, KNOWN)


def _payment_of(gateway: str, message: Message) -> Payment | None:
    """Which payment of ours at that gateway a message is about: by our id, else by the gateway's."""
    payments = Payment.objects.filter(gateway=gateway)
    if message.payment_id is not None:
        return payments.filter(pk=message.payment_id).first()
    external_id = message.payment.external_id if message.payment else ""
    return payments.filter(external_id=external_id).first() if external_id else None


def _count_refused(gateway: Gateway, reason: str, body: bytes, now: datetime) -> None:
    sample = one_line(body[:SAMPLE].decode(errors="replace"), SAMPLE)
    row, is_new = RefusedEvent.objects.get_or_create(
        gateway=gateway.key,
        reason=reason[:REASON_LENGTH],
        hour=now.replace(minute=0, second=0, microsecond=0),
        defaults={"sample": sample},
    )
    if not is_new:
        RefusedEvent.objects.filter(pk=row.pk).update(times=F("times") + 1, sample=sample)
