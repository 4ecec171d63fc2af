"""What the sandbox tells us: signed as Standard Webhooks has it, written with the change, sent after the commit.

It comes in by the same function as the messages of any other gateway do.
"""

import base64
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing import gateways
from billing.actions.payments.events import take_message
from billing.gateways.base import Card, Dispute, Message, NotSigned, Outcome
from billing.gateways.sandbox.outcomes import KEY, outcome_of
from billing.models import SandboxEvent, SandboxPayment
from console import webhooks
from console.sealing import fingerprints
from outbox.leases import pause_after

log = logging.getLogger(__name__)

_PURPOSE = "billing.gateways.sandbox"
# Messages that are sent at once.
MOST = 100


def tell_of_payment(payment: SandboxPayment, *, after: timedelta = timedelta(), moves_to: str = "") -> None:
    """Send a message that says where a payment stands, or that it will have become ``moves_to`` ``after`` a while.

    In the caller's transaction; it leaves after the commit, in this process, or by the sweep.
    """
    outcome = outcome_of(payment, state=moves_to)
    said = {
        "state": outcome.state,
        "id": outcome.external_id,
        "amount": outcome.amount,
        "currency": outcome.currency,
        "customer": outcome.customer,
        "problem": outcome.problem,
        "card": vars(outcome.card) if outcome.card else None,
    }
    _write(payment, {"type": f"payment.{outcome.state}", "payment": said}, after=after, moves_to=moves_to)


def tell_of_dispute(payment: SandboxPayment, state: str, *, after: timedelta) -> None:
    """Send a message after a while that somebody disputes a payment, or how that was decided."""
    said = {"id": f"dispute-{payment.pk.hex}", "state": state, "amount": payment.amount}
    _write(payment, {"type": f"dispute.{state}", "dispute": said}, after=after)


def send_messages(payment_id: UUID | None = None) -> int:
    """Send what is due, of one payment or of all; how many messages were taken."""
    due = SandboxEvent.objects.all() if payment_id is None else SandboxEvent.objects.filter(payment=payment_id)
    return sum(_send(event) for event in due.claim(MOST))


def signed(event: SandboxEvent, *, at: datetime) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a message, as they are sent."""
    body = json.dumps(event.body).encode()
    return webhooks.headers([_secrets()[0]], message_id=str(event.pk), at=at, body=body), body


def read(headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
    """What a message says. Raises NotSigned."""
    if not any(_is_signed_with(secret, headers, body, now) for secret in _secrets()):
        raise NotSigned("signature")
    said: dict[str, Any] = json.loads(body)
    payment, dispute = said.get("payment"), said.get("dispute")
    return Message(
        external_id=_header(headers, "webhook-id"),
        kind=said["type"],
        body=said,
        payment_id=UUID(said["reference"]),
        payment=_outcome(payment) if payment else None,
        dispute=Dispute(external_id=dispute["id"], state=dispute["state"], amount=dispute["amount"])
        if dispute
        else None,
    )


def _outcome(said: Mapping[str, Any]) -> Outcome:
    return Outcome(
        state=said["state"],
        external_id=said["id"],
        amount=said["amount"],
        currency=said["currency"],
        customer=said["customer"],
        problem=said["problem"],
        card=Card(**said["card"]) if said["card"] else None,
    )


def _write(payment: SandboxPayment, body: dict[str, Any], *, after: timedelta, moves_to: str = "") -> None:
    SandboxEvent.objects.create(
        payment=payment,
        body={**body, "reference": str(payment.reference)},
        moves_to=moves_to,
        due_at=timezone.now() + after,
    )
    if not after:
        transaction.on_commit(partial(send_messages, payment.pk), robust=True)


def _send(event: SandboxEvent) -> bool:
    now = timezone.now()
    if event.moves_to:
        going_on = SandboxPayment.objects.filter(pk=event.payment_id, state=SandboxPayment.State.PROCESSING)
        going_on.update(state=event.moves_to)
    headers, body = signed(event, at=now)
    mine = SandboxEvent.objects.filter(pk=event.pk)
    try:
        take_message(gateways.named(KEY), headers, body, now=now)
    except Exception as error:  # noqa: BLE001 -- as any gateway does: what was not taken is sent again
        log.warning("A message of the sandbox was not taken (%s).", type(error).__name__)
        mine.update(claimed_until=None, due_at=now + pause_after(event.attempts))
        return False
    return bool(mine.update(claimed_until=None, sent_at=now))


def _secrets() -> list[str]:
    """The secrets of this deployment, the newest first: made of its keys, and written as Standard Webhooks does."""
    digests = fingerprints("messages", purpose=_PURPOSE)
    return [webhooks.PREFIX + base64.b64encode(bytes.fromhex(digest)).decode() for digest in digests]


def _is_signed_with(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    try:
        webhooks.verify(secret, headers=headers, body=body, now=now)
    except webhooks.NotSigned:
        return False
    return True


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name, "")
