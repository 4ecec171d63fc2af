"""The way to Stripe: its own library, with time-outs that somebody can wait for, and what its errors mean for us."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy

import requests
import stripe
from django.conf import settings
from django.utils.translation import gettext_noop

from billing.gateways.base import NotAccepted, Unreachable

log = logging.getLogger(__name__)

# Seconds for the connection, and for each piece of the answer.
CONNECT, READ = 3.0, 8.0
REFUSED_US = gettext_noop("The payment service does not accept this at the moment. Nothing was paid; try again later.")

# What it measures of us and of this machine is nobody's business.
stripe.enable_telemetry = False
# It writes the sentences of errors down, which may repeat what somebody typed; we write their codes.
logging.getLogger("stripe").setLevel(logging.WARNING)


class Session(requests.Session):
    """Goes straight to Stripe: no proxy or .netrc of the environment, no redirect, no cookie (as console.outbound)."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = 0
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))


def make_client(key: str) -> stripe.StripeClient:
    """A client with this secret key, for the version of the API that the library knows.

    It does not try again by itself: whoever asked is told that we are checking, and the sweep asks later.
    """
    return stripe.StripeClient(
        key,
        http_client=stripe.RequestsClient(timeout=(CONNECT, READ), session=Session()),
        max_network_retries=0,
        base_addresses={"api": settings.STRIPE_URL.rstrip("/")} if settings.STRIPE_URL else None,
    )


@contextmanager
def asking(what: str, refused: str = REFUSED_US) -> Iterator[None]:
    """Errors of the library, while ``what`` is asked for, as ours: raises Unreachable or NotAccepted (``refused``).

    A card that is declined is no error but an answer: CardError goes through. Nothing that people typed is logged.
    """
    try:
        yield
    except stripe.CardError:
        raise
    except (stripe.AuthenticationError, stripe.PermissionError, stripe.InvalidRequestError) as error:
        _log(what, error)
        raise NotAccepted(refused) from error
    except stripe.StripeError as error:
        # Silence, its own failure, too many requests, the same key at the same moment: it may have been done.
        _log(what, error)
        raise Unreachable from error


@contextmanager
def looking(what: str) -> Iterator[None]:
    """The same for what only looks, or may be done later: whatever went wrong, it is asked for again."""
    try:
        with asking(what):
            yield
    except (NotAccepted, stripe.CardError) as error:
        raise Unreachable from error


def _log(what: str, error: stripe.StripeError) -> None:
    about = {"what": what, "error": type(error).__name__, "code": error.code or "", "status": error.http_status or 0}
    log.warning("Stripe did not do as asked.", extra={**about, "stripe_request": error.request_id or ""})
