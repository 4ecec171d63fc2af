"""What Stripe sends by itself, signed (docs: webhook signatures): what it is about, and what that is now.

Messages come late, twice and in any order, so one about a payment is only a reason to ask how it stands: the answer is
what is settled. One about a refund or a dispute says all that there is to know.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import stripe

from billing.gateways.base import Message, NotSigned, Outcome
from billing.gateways.stripe import outcomes

# Seconds that a message may be old, or ahead of our clock.
TOLERANCE = 300
SIGNATURE = "Stripe-Signature"

SESSIONS = "checkout.session."
INTENTS = "payment_intent."
REFUNDS = ("refund.", "charge.refund.")
DISPUTES = "charge.dispute."

# Of people, and what opens a payment: neither is needed to see what became of a message, so neither is kept.
LEFT_OUT = frozenset(
    {
        "billing_details",
        "client_secret",
        "collected_information",
        "customer_details",
        "customer_email",
        "evidence",
        "next_action",
        "receipt_email",
        "receipt_url",
        "shipping",
        "shipping_details",
        "url",
    }
)


class Asked(Protocol):
    """Whom to ask how things stand: the gateway."""

    def find_session(self, external_id: str) -> Outcome | None:
        """A session; None where there is none. Raises Unreachable."""

    def find_intent(self, external_id: str) -> Mapping[str, Any] | None:
        """A PaymentIntent; None where there is none. Raises Unreachable."""


class Reader:
    """Reads messages. ``secrets``: those that may have signed them; ``is_live``: the mode of our key."""

    def __init__(self, *, secrets: Sequence[str], is_live: bool, gateway: Asked) -> None:
        self._secrets, self._is_live, self._gateway = secrets, is_live, gateway

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        """The message. Raises NotSigned with "signature", "late", "content" or "mode"; Unreachable."""
        self._check(headers.get(SIGNATURE, ""), body, now)
        event = _event(body)
        if bool(event.get("livemode")) is not self._is_live:
            raise NotSigned("mode")
        kind, about = str(event["type"]), event["data"]["object"]
        return Message(external_id=str(event["id"]), kind=kind, body=_kept(event), **self._said(kind, about))

    def _check(self, header: str, body: bytes, now: datetime) -> None:
        if not any(_is_signed(body, header, secret) for secret in self._secrets):
            raise NotSigned("signature")
        # Signed, so it is there as a number: the first one, as it was signed.
        times = [part.partition("=")[2] for part in header.split(",") if part.startswith("t=")]
        if abs(now.timestamp() - int(times[0])) > TOLERANCE:
            raise NotSigned("late")

    def _said(self, kind: str, about: outcomes.Object) -> dict[str, Any]:
        """What the parts of a `Message` are, by what it is about; nothing for what does not concern us."""
        if kind.startswith(SESSIONS):
            return self._of_session(about)
        if kind.startswith(INTENTS):
            return self._of_intent(about)
        if kind.startswith(REFUNDS):
            payment_id = outcomes.our_id(about, "payment") or self._payment_of(about)
            refund_id = outcomes.our_id(about, "refund")
            return _about(payment_id, refund_id=refund_id, refund=outcomes.of_refund(about))
        if kind.startswith(DISPUTES):
            return _about(self._payment_of(about), dispute=outcomes.of_dispute(about))
        return {}

    def _of_session(self, session: outcomes.Object) -> dict[str, Any]:
        payment_id = outcomes.our_id(session, "payment")
        return _about(payment_id, payment=self._gateway.find_session(str(session["id"]))) if payment_id else {}

    def _of_intent(self, intent: outcomes.Object) -> dict[str, Any]:
        payment_id = outcomes.our_id(intent, "payment")
        if payment_id is None or outcomes.is_of_checkout(intent):
            return {}
        now = self._gateway.find_intent(str(intent["id"]))
        return _about(payment_id, payment=outcomes.of_intent(now) if now else None)

    def _payment_of(self, about: outcomes.Object) -> UUID | None:
        """Which payment of ours a refund or a dispute is about: its intent knows."""
        external_id = outcomes.id_of(about.get("payment_intent"))
        intent = self._gateway.find_intent(external_id) if external_id else None
        return outcomes.our_id(intent, "payment") if intent else None


def _about(payment_id: UUID | None, **said: Any) -> dict[str, Any]:
    # Of a payment that is not ours nothing is said: others may use the same account at Stripe.
    return {"payment_id": payment_id, **said} if payment_id else {}


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        # How old it is, we look at ourselves, by our own clock.
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, tolerance=None))
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        # The last: a signature with letters that are none of ASCII, which nothing is compared with.
        return False


def _event(body: bytes) -> Mapping[str, Any]:
    try:
        event: Mapping[str, Any] = json.loads(body)
        known = event["object"] == "event" and event["id"] and event["type"] and event["data"]["object"]["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        known = False
        event = {}
    if not known:
        raise NotSigned("content")
    return event


def _kept(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _kept(part) for name, part in value.items() if name not in LEFT_OUT}
    if isinstance(value, list):
        return [_kept(part) for part in value]
    # PostgreSQL keeps every character but this one.
    return value.replace("\x00", "") if isinstance(value, str) else value
