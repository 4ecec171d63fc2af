"""How many requests a key may make: counted in the cache, by the minute."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from console.steps import Steps

REQUESTS = Steps("api-rate", timedelta(minutes=1))


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


def spend(who: str) -> Budget:
    """Count one request of ``who`` (a key's id), and say what is left in this minute of ``API_REQUESTS_PER_MINUTE``."""
    limit = settings.API_REQUESTS_PER_MINUTE
    resets_in = REQUESTS.left
    return Budget(limit=limit, remaining=limit - REQUESTS.count(who), resets_in=resets_in)
