"""What is asked of Stripe, as its API has it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.models import Payment, PaymentMethod

# A session ends within a day (Stripe's limit); one that nobody went on with is then over for certain.
SESSION_LASTS = timedelta(hours=23, minutes=30)
# When a payment may have reached Stripe: our clocks differ, and the worker asks again for an hour.
BEFORE, AFTER = timedelta(minutes=5), timedelta(hours=2)
# The languages of its pages that we have, or may have.
LANGUAGES = frozenset({"en", "fr", "de", "es", "it", "nl", "pl", "pt"})


def session(payment: Payment, back: str) -> Any:
    """A Checkout Session for a payment, or for keeping a card; ``back``: where its page leads, whatever comes of it.

    The same for the same payment: Stripe compares what is asked for again with the first time.
    """
    language = (get_language() or "")[:2]
    return {
        **(_setup(payment) if payment.purpose == Payment.Purpose.SETUP else _payment(payment)),
        "client_reference_id": str(payment.pk),
        "metadata": _metadata(payment),
        # Of other ways to pay nobody knows four last digits, and some take days.
        "allowed_payment_method_types": ["card"],
        "success_url": back,
        "cancel_url": back,
        "expires_at": int((payment.asked_at + SESSION_LASTS).timestamp()),
        "locale": language if language in LANGUAGES else "auto",
    }


def charge(payment: Payment, method: PaymentMethod, back: str) -> Any:
    """A PaymentIntent with a card that is kept, confirmed at once."""
    # Nobody is there for what is charged by itself; else the bank may ask, and leads back to us.
    presence: Any = {"off_session": True} if payment.is_refill else {"return_url": back}
    return {
        "amount": payment.amount,
        "currency": payment.account.currency.lower(),
        "payment_method": method.external_id,
        "confirm": True,
        "metadata": _metadata(payment),
        **presence,
    }


def once(pk: UUID, what: str = "") -> Any:
    """The option by which Stripe does what is asked once, however often it is asked, for 24 hours."""
    return {"idempotency_key": f"{pk}:{what}" if what else str(pk)}


def around(payment: Payment) -> Any:
    """When Stripe may have heard of a payment."""
    return {
        "gte": int((payment.asked_at - BEFORE).timestamp()),
        "lte": int((payment.asked_at + AFTER).timestamp()),
    }


def _payment(payment: Payment) -> Any:
    intent: dict[str, Any] = {"metadata": {**_metadata(payment), "through": "checkout"}}
    if payment.keeps_method:
        intent["setup_future_usage"] = "off_session"
    price = {
        "currency": payment.account.currency.lower(),
        "unit_amount": payment.amount,
        "product_data": {"name": _("Funds for %s") % settings.BRAND_NAME},
    }
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": intent,
        # What is credited is what was asked for, in its currency.
        "adaptive_pricing": {"enabled": False},
    }


def _setup(payment: Payment) -> Any:
    return {"mode": "setup", "setup_intent_data": {"metadata": _metadata(payment)}}


def _metadata(payment: Payment) -> dict[str, str]:
    # Not whose: that is known here.
    return {"payment": str(payment.pk), "currency": payment.account.currency.lower()}
