"""Checks of the gateway of text messages, which ``manage.py check --deploy`` runs, and of the hook for bounces."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

from console.webhooks import key_of
from outbox import gateways

TWILIO = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")


def check_gateway(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever relies on codes by text message is locked out when they cannot leave."""
    if not gateways.is_configured():
        return []
    try:
        gateways.current()
    except ImportError:
        return [
            Error(
                f"SMS_GATEWAY names no gateway ({settings.SMS_GATEWAY}).",
                hint=f"One of {', '.join(gateways.NAMED)}, or the dotted path of a class.",
                id="outbox.E001",
            )
        ]
    if settings.SMS_GATEWAY == "console":
        return [
            Advice(
                "SMS_GATEWAY is console, so text messages are kept and never sent.",
                hint="Leave it out: then nobody is offered codes by text message.",
                id="outbox.W001",
            )
        ]
    missing = [name for name in TWILIO if settings.SMS_GATEWAY == "twilio" and not getattr(settings, name)]
    if missing:
        return [Error(f"SMS_GATEWAY is twilio, and not set is {', '.join(missing)}.", id="outbox.E002")]
    return []


def check_hook(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A secret that is none would refuse every report, and nobody would know."""
    if not settings.BOUNCE_HOOK_SECRET:
        return []
    try:
        key_of(settings.BOUNCE_HOOK_SECRET)
    except ValueError as error:
        # Not the secret itself.
        return [Error(f"BOUNCE_HOOK_SECRET is no secret. {error}", id="outbox.E003")]
    return []
