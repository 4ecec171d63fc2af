"""How often an address may be wrong. The secret cannot be guessed; what this spares is the work, and the log.

Only what failed counts, by address: a key that is attacked from elsewhere goes on working where it is at home (ATTACKS
13). Counted in the cache, as all rates are: with Redis down, in each process.
"""

from datetime import timedelta
from http import HTTPStatus

from django.utils.translation import gettext as _

from console.api.problems import Problem
from console.origin import network_of
from console.steps import Steps

FAILURES = Steps("api-failures", timedelta(minutes=1))
# Wrong ones from one address in a minute.
MOST = 60
# What a key is told that is over, or has no secret yet: no guess, for there is nothing to guess any more. One forgotten
# job must not lock its office out.
OVER = frozenset({"former-member", "revoked", "expired", "no-secret"})


def stop_guessing(address: str) -> None:
    """Refuse whoever was wrong too often in this minute, before anything is looked up; raises Problem.

    An address that is not known (a socket of the machine itself) is nobody's in particular.
    """
    wait = FAILURES.left
    if address and FAILURES.counted(network_of(address)) >= MOST:
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-failures",
            _("Too many wrong keys came from your address. Wait a moment: see Retry-After."),
            headers={"Retry-After": str(wait)},
        )


def count_failure(address: str) -> None:
    """Count one that was wrong."""
    if address:
        FAILURES.count(network_of(address))
