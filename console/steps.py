"""Counting by the clock, in the cache: how often something happened in this minute, and whether it is the first time.

With Redis down or stalled each process counts by itself (console.cache).
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache


@dataclass(frozen=True)
class Steps:
    """The clock in steps of ``length`` (whole seconds), in each of which ``what`` is counted anew, by whom it is of."""

    what: str
    length: timedelta

    @property
    def left(self) -> int:
        """In how many seconds the next step begins: ``length`` at the first moment of one, never nothing."""
        return self._seconds - int(time.time()) % self._seconds

    def count(self, whom: str) -> int:
        """Count one of ``whom``; how many it has been in this step.

        The counter is made with its end, and counted up only where it is there: none stays for ever.
        """
        key = self._key(whom)
        cache.add(key, 0, timeout=self._kept)
        try:
            return int(cache.incr(key))
        except ValueError:
            # Evicted between the two, or Redis went away: as if it were the first.
            return 1

    def counted(self, whom: str) -> int:
        """How many of ``whom`` were counted in this step."""
        return int(cache.get(self._key(whom), 0))

    def is_first(self, whom: str) -> bool:
        """Whether nobody has asked this about ``whom`` in this step: of many at once, for one of them."""
        return cache.add(self._key(whom), 1, timeout=self._kept)

    def _key(self, whom: str) -> str:
        return f"{self.what}:{whom}:{int(time.time()) // self._seconds}"

    @property
    def _seconds(self) -> int:
        return int(self.length.total_seconds())

    @property
    def _kept(self) -> int:
        # Clocks of several machines may differ a little.
        return 2 * self._seconds
