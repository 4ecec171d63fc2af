"""Checks of what answers by mail need: half of it would lose every answer, and nobody would know."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from console.webhooks import key_of
from support.reply_addresses import LENGTH

# Characters before the @ (RFC 5321, 4.5.3.1.1), less the plus sign and what follows it.
ROOM: Final = 64 - 1 - LENGTH


def check_inbound_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An address without a secret, or the other way round, or one of them wrong."""
    address, secret = settings.SUPPORT_REPLY_ADDRESS, settings.INBOUND_MAIL_SECRET
    if not address and not secret:
        return []
    if not address or not secret:
        return [Error("Answers by mail need both SUPPORT_REPLY_ADDRESS and INBOUND_MAIL_SECRET.", id="support.E001")]
    try:
        key_of(secret)
    except ValueError as error:
        # Not the secret itself.
        return [Error(f"INBOUND_MAIL_SECRET is no secret. {error}", id="support.E002")]
    try:
        validate_email(address)
    except ValidationError:
        return [Error("SUPPORT_REPLY_ADDRESS is no e-mail address.", id="support.E003")]
    local = address.partition("@")[0]
    if "+" in local or len(local) > ROOM:
        hint = f"Before the @ it has at most {ROOM} characters, and no plus sign."
        return [Error("SUPPORT_REPLY_ADDRESS leaves no room for what follows.", hint=hint, id="support.E003")]
    return []
