"""Stripe, played: its own library is given recorded shapes in place of answers, and what it asks is written down.

What `localstripe` answers is tested against that (test_stripe_local.py); it knows neither Checkout nor our way back.
"""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, override
from urllib.parse import parse_qsl, urlsplit

import stripe

from billing.gateways.stripe import Stripe
from billing.models import Customer, Payment, PaymentMethod
from tests.billing.making import make_payment
from tests.cast import Cast

BACK = "http://localhost:8000/o/acme/billing/payments/1/"
SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"

SHAPES = Path(__file__).parent / "stripe_shapes"
KEY, SECRET = "sk_test_shape", "whsec_shape"
VERSION = "2026-10-28.endive"
# Nothing came back.
SILENCE = stripe.APIConnectionError("silence")  # type: ignore[no-untyped-call] # the library's


def shape(name: str, *, payment: Payment | None = None, refund: object = "", **fields: Any) -> dict[str, Any]:
    """A recorded shape about a payment, or a refund, of ours; ``fields``: what is other than recorded."""
    text = (SHAPES / f"{name}.json").read_text()
    text = text.replace("{payment}", str(payment.pk) if payment else "").replace("{refund}", str(refund))
    return {**json.loads(text), **fields}


def event(kind: str, about: Mapping[str, Any], **fields: Any) -> bytes:
    """The body of a message about something."""
    whole = {
        "id": f"evt_{kind}",
        "object": "event",
        "api_version": VERSION,
        "created": 1795370000,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    return json.dumps({**whole, **fields}).encode()


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """The header with which Stripe signs a body, by its library."""
    made = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(at))
    return {"Stripe-Signature": made}


class Played(stripe.HTTPClient):
    """Answers with shapes, each once, by method and path; ``asked``: what was asked, with what and by which key."""

    name = "played"

    def __init__(self) -> None:
        super().__init__()
        self._answers: list[tuple[str, str, int, Any]] = []
        self.asked: list[tuple[str, dict[str, str], str]] = []

    @cached_property
    def gateway(self) -> Stripe:
        """The gateway, with Stripe's library, which asks here."""
        return Stripe(stripe.StripeClient(KEY, http_client=self, max_network_retries=0))

    def plays(self, method: str, path: str, answer: Any, status: int = 200) -> "Played":
        """Answer this next time; an exception is raised, a function is given what was sent."""
        self._answers.append((method, path, status, answer))
        return self

    @override
    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_kwargs: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts, given = urlsplit(url), dict(headers or {})
        sent = dict(parse_qsl(parts.query or str(post_data or ""), keep_blank_values=True))
        self.asked.append((f"{method.upper()} {parts.path}", sent, given.get("Idempotency-Key", "")))
        assert given["Stripe-Version"] == VERSION
        for number, (wanted, path, status, answer) in enumerate(self._answers):
            if (wanted, path) == (method.upper(), parts.path):
                del self._answers[number]
                return self._answer(status, answer(sent) if callable(answer) else answer)
        raise AssertionError(f"Nobody has said what {method} {parts.path} answers.")

    @override
    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _answer(status: int, answer: Any) -> tuple[str, int, Mapping[str, str]]:
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer), status, {"request-id": "req_Shape"}


def give_keys(settings: Any) -> None:
    """Stripe as the gateway of new payments, in test mode."""
    settings.PAYMENT_GATEWAY, settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "stripe", KEY, SECRET
    settings.STRIPE_URL = ""


def begun(cast: Cast, **fields: Any) -> Payment:
    """A payment of 50 euros that Stripe has not heard of."""
    fields = {"state": "started", "gateway": "stripe", "external_id": "", "method_name": "", **fields}
    return make_payment(cast.acme, fields.pop("amount", 5000), **fields)


def known_customer(cast: Cast, payment: Payment) -> None:
    Customer.objects.create(account=payment.account, gateway="stripe", external_id="cus_Shape")


def card(payment: Payment) -> PaymentMethod:
    return PaymentMethod.objects.create(
        account=payment.account, gateway="stripe", external_id="pm_1Shape", brand="Visa", last4="4242"
    )
