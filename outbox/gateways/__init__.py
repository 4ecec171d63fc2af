"""Gateways: what takes text messages to telephones. ``SMS_GATEWAY`` names the one in use."""

from django.conf import settings
from django.utils.module_loading import import_string

from outbox.gateways.base import Gateway, NotSent, NotSentForGood

__all__ = ["Gateway", "NotSent", "NotSentForGood", "current", "is_configured"]

# Those that come with this console; others by their dotted path.
NAMED = {
    "console": "outbox.gateways.console.ConsoleGateway",
    "twilio": "outbox.gateways.twilio.TwilioGateway",
}


def is_configured() -> bool:
    """Whether text messages can be sent at all; without a gateway nobody is offered any."""
    return bool(settings.SMS_GATEWAY)


def current() -> Gateway:
    """The gateway that ``SMS_GATEWAY`` names; raises ImportError when there is none of that name."""
    name = settings.SMS_GATEWAY
    gateway: Gateway = import_string(NAMED.get(name, name))()
    return gateway
