"""How many requests a key may make: counted in the cache, by the minute."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

WINDOW = 60  # seconds


@dataclass(frozen=True)
class Budget:
    """What is left of a minute's requests."""

    limit: int
    remaining: int
    resets_in: int  # seconds

    @property
    def is_used_up(self) -> bool:
        """Whether this request was one too many."""
        return self.remaining < 0

    @property
    def headers(self) -> dict[str, str]:
        """As the usual headers say it."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.remaining, 0)),
            "RateLimit-Reset": str(self.resets_in),
        }


def spend(who: str, *, limit: int | None = None) -> Budget:
    """Count one request of ``who`` (a key's id, an address), and say what is left of ``limit`` in this minute.

    Without ``limit``, that of the setting ``API_REQUESTS_PER_MINUTE``. The counter is made with its end, and counted up
    only where it is there: none stays for ever. Redis down or stalled: counted in the process (console.cache).
    """
    limit = settings.API_REQUESTS_PER_MINUTE if limit is None else limit
    now = int(time.time())
    key = f"api-rate:{who}:{now // WINDOW}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        used = cache.incr(key)
    except ValueError:
        # Evicted between the two, or Redis went away: as if it were the first.
        used = 1
    return Budget(limit=limit, remaining=limit - used, resets_in=WINDOW - now % WINDOW)
