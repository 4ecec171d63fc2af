"""Where money comes from: the gateways of this deployment, by the keys that settings give them."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from billing.gateways.base import Gateway


@cache
def _made(path: str) -> Gateway:
    made = import_string(path)()
    if not isinstance(made, Gateway):
        raise ImproperlyConfigured(f"{path} is no gateway.")
    return made


def named(key: str) -> Gateway:
    """The gateway of that key. Raises ImproperlyConfigured for one that is not there."""
    try:
        return _made(settings.GATEWAYS[key])
    except KeyError:
        known = ", ".join(settings.GATEWAYS)
        raise ImproperlyConfigured(f"There is no payment gateway {key!r}; there are: {known}.") from None


def current() -> Gateway:
    """The one that new payments go through (PAYMENT_GATEWAY)."""
    return named(settings.PAYMENT_GATEWAY)
