"""A breaker: after a failure, leave a service alone for some seconds instead of waiting for it again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Resting(Exception):
    """The service has failed a moment ago and is left alone."""


class Breaker:
    """Guards calls to one service in this process.

    A call that fails, or that takes longer than ``slow`` seconds, opens it for ``rest`` seconds, in which ``guard()``
    raises ``Resting`` at once. Then a single caller may try again while the others still rest.
    """

    def __init__(self, *, rest: float = 5, slow: float = 0.6, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self.slow = slow
        self._clock = clock
        self._lock = threading.Lock()
        self._failing = False
        self._until = 0.0

    @contextmanager
    def guard(self, *failures: type[Exception]) -> Iterator[None]:
        """Run a call to the service; an exception of the kinds ``failures`` says that the service has failed.

        Raises ``Resting`` instead while the service is left alone; lets the call's own exceptions through.
        """
        self._enter()
        begun = self._clock()
        try:
            yield
        except failures:
            self.open()
            raise
        if self._clock() - begun > self.slow:
            self.open()
        else:
            self.close()

    def open(self) -> None:
        """Leave the service alone for a while."""
        with self._lock:
            self._failing, self._until = True, self._clock() + self._rest

    def close(self) -> None:
        """The service answers."""
        if self._failing:
            with self._lock:
                self._failing = False

    def _enter(self) -> None:
        if not self._failing:
            return
        with self._lock:
            now = self._clock()
            if now < self._until:
                raise Resting
            # This caller tries; whoever comes meanwhile goes on without the service.
            self._until = now + self._rest


# The broker and the cache are one Redis: what the one has found out spares the other the wait.
redis_breaker = Breaker()
