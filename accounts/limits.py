"""How often something may be tried. Counted in the cache, by allauth; wraps its `ratelimit` (docs/decisions/0011).

``ip``: by the address that no header can fake (`AccountAdapter.get_client_ip`), of IPv6 by its network; ``key``: by
what the caller says, an account or an e-mail address.
"""

from collections.abc import Callable
from typing import Any, Literal

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.refusal import Refused

type Limited = Literal[
    "current_password",
    "passkey",
    "password_strength",
    "provider",
    "second_factor",
    "text_messages",
    "uploads",
    "verification",
    "verifications",
]

RATES: dict[Limited, str] = {
    # Guesses of somebody who sits at an open session, by account.
    "current_password": "5/5m/key",
    # Questions and answers of signing in with a passkey alone.
    "passkey": "60/m/ip",
    # What a person types, with a pause after each letter.
    "password_strength": "60/m/ip",
    # Going to a provider and coming back, two for a sign-in; many people may share an address.
    "provider": "120/m/ip",
    # Answers for all accounts together; the pauses of one account stand in the database (accounts/models/guard.py).
    "second_factor": "30/5m/ip",
    # Codes by text message, by the network that asks; those of an account and to a number are counted in the database.
    "text_messages": "20/h/key",
    # Files that a person uploads with forms, whether or not these are sent in the end.
    "uploads": "100/h/key",
    # Mails that verify: one address of one account; all addresses of one account.
    "verification": "1/3m/key",
    "verifications": "20/d/key",
}


def use_up(what: Limited, *, key: str = "", request: HttpRequest | None = None) -> bool:
    """Count one more, and say whether that is within the limit. ``request`` is needed where ``ip`` is counted."""
    return bool(_consume(what, key, request))


def guess(what: Limited, is_right: Callable[[], bool], *, key: str) -> bool:
    """Whether a guess is right; only wrong ones count. Raises Refused, unseen, when there were too many."""
    usage = _consume(what, key, None)
    if not usage:
        raise Refused(_("There were too many wrong passwords. Try again in five minutes."), code="too-many")
    if not is_right():
        return False
    usage.rollback()
    return True


def _consume(what: Limited, key: str, request: HttpRequest | None) -> Any:
    return ratelimit.consume(request, app="accounts", action=what, config=RATES, key=key, limit_get=True)
