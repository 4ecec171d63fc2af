"""How often an address may be wrong. The secret cannot be guessed; what this spares is the work, and the log.

Only what failed counts, by address: a key that is attacked from elsewhere goes on working where it is at home (ATTACKS
13). Counted in the cache, as all rates are: with Redis down, in each process.
"""

import time
from http import HTTPStatus

from django.core.cache import cache
from django.utils.translation import gettext as _

from console.api.problems import Problem
from console.origin import network_of

WINDOW = 60  # seconds
# Wrong ones from one address in a minute.
MOST = 60


def stop_guessing(address: str) -> None:
    """Refuse whoever was wrong too often in this minute, before anything is looked up; raises Problem.

    An address that is not known (a socket of the machine itself) is nobody's in particular.
    """
    if address and cache.get(_counter(address), 0) >= MOST:
        wait = WINDOW - int(time.time()) % WINDOW
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-failures",
            _("Too many wrong keys came from your address. Wait a moment: see Retry-After."),
            headers={"Retry-After": str(wait)},
        )


def count_failure(address: str) -> None:
    """Count one that was wrong."""
    if not address:
        return
    counter = _counter(address)
    cache.add(counter, 0, timeout=2 * WINDOW)
    try:
        cache.incr(counter)
    except ValueError:
        # Evicted between the two: the next one counts.
        return


def _counter(address: str) -> str:
    return f"api-failures:{network_of(address)}:{int(time.time()) // WINDOW}"
