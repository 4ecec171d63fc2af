"""Identifiers that sort by the time of their making."""

import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

_COUNTER_BITS = 42
_TAIL_BITS = 32


class _Generator:
    """UUIDs of version 7 that only grow within this process, also when its clock steps back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def __call__(self) -> UUID:
        milliseconds, counter = self._next()
        value = milliseconds << 80
        value |= 0x7 << 76
        value |= (counter >> 30) << 64
        value |= 0b10 << 62
        value |= (counter & 0x3FFF_FFFF) << _TAIL_BITS
        return UUID(int=value | secrets.randbits(_TAIL_BITS))

    def _next(self) -> tuple[int, int]:
        """The 48-bit time and the 42-bit counter within it, which begins at random with room to grow."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            if now > self._milliseconds:
                self._milliseconds, self._counter = now, secrets.randbits(_COUNTER_BITS - 1)
            else:
                self._counter += 1
            if self._counter >> _COUNTER_BITS:
                self._milliseconds, self._counter = self._milliseconds + 1, secrets.randbits(_COUNTER_BITS - 1)
            return self._milliseconds, self._counter


_generate = _Generator()


def first_uuid7(moment: datetime) -> UUID:
    """The smallest UUID of version 7 of the millisecond of ``moment``: where what was made since then begins."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=max(milliseconds, 0) << 80 | 0x7 << 76 | 0b10 << 62)


def uuid7() -> UUID:
    """A new UUID of version 7 (RFC 9562, section 5.7), greater than each one made before in this process."""
    return _generate()
