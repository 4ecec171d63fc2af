"""Checks of the payment gateway at the start: it is there, and has what it needs."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 -- Django's name
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from billing.gateways.base import Gateway

SANDBOX: Final = "sandbox"
STRIPE: Final = "stripe"
SECRET_KEYS: Final = ("sk_", "rk_")
TEST_KEYS: Final = ("sk_test_", "rk_test_")
# Stripe counts these otherwise than ISO 4217 (its list of currencies: "special cases"), and so otherwise than we do.
COUNTED_OTHERWISE: Final = frozenset({"BHD", "ISK", "JOD", "KWD", "MGA", "OMR", "TND", "UGX"})


def wrong_gateway() -> str:
    """What is wrong with the gateway of this deployment (``PAYMENT_GATEWAY``); empty where nothing is."""
    key = settings.PAYMENT_GATEWAY
    if key not in settings.GATEWAYS:
        return f"PAYMENT_GATEWAY is {key!r}; there are: {', '.join(settings.GATEWAYS)}."
    if key == STRIPE and (wrong := _wrong_stripe()):
        return wrong
    try:
        made = import_string(settings.GATEWAYS[key])()
    except (ImportError, TypeError, ImproperlyConfigured) as error:
        return f"PAYMENT_GATEWAY is {key!r}, and it cannot be made: {error}"
    return "" if isinstance(made, Gateway) else f"PAYMENT_GATEWAY is {key!r}, and that is no gateway."


def check_mode(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whether money moves here; ``check --deploy`` looks."""
    if settings.PAYMENT_GATEWAY == SANDBOX:
        message = "PAYMENT_GATEWAY is 'sandbox': no money moves, and funds are given for nothing."
        return [Warning(message, id="billing.W002")]
    if settings.PAYMENT_GATEWAY != STRIPE or not settings.STRIPE_SECRET_KEY.startswith(TEST_KEYS):
        return []
    message = "STRIPE_SECRET_KEY is one of test mode: no money moves, and funds are given for nothing."
    return [Warning(message, id="billing.W001")]


def _wrong_stripe() -> str:
    for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"):
        if not getattr(settings, name).strip():
            return f"PAYMENT_GATEWAY is 'stripe', and {name} is not set (docs/payments.md)."
    if not settings.STRIPE_SECRET_KEY.startswith(SECRET_KEYS):
        return "STRIPE_SECRET_KEY is no secret key of Stripe: those begin with sk_ or rk_."
    if settings.CURRENCY in COUNTED_OTHERWISE:
        return f"CURRENCY is {settings.CURRENCY!r}, in which Stripe counts amounts otherwise than we do."
    return ""
