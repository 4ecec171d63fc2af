"""Work of the embedded engine that must not hold up a page: a thread of this process does it, one after the other."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from django.db import close_old_connections

log = logging.getLogger(__name__)

type Call = tuple[Callable[..., object], tuple[str, ...]]


class Aside:
    """A queue and the thread that works it off; what still waits when the process ends is lost.

    So each call must be one that something else asks for again, as a sweep does.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Call] = SimpleQueue()
        self._waiting: set[Call] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, function: Callable[..., object], *arguments: str) -> None:
        """Have the thread call ``function``; not twice while the same call still waits. Returns at once."""
        call = (function, arguments)
        with self._lock:
            if call in self._waiting:
                return
            self._waiting.add(call)
            if self._thread is None:
                # A daemon: a server that is told to end does not wait for a stalled mail server.
                self._thread = threading.Thread(target=self._work, name="aside", daemon=True)
                self._thread.start()
        self._queue.put(call)

    def _work(self) -> None:
        while True:
            function, arguments = call = self._queue.get()
            with self._lock:
                self._waiting.discard(call)
            try:
                function(*arguments)
            except Exception:
                log.exception("What ran beside the pages failed.")
            finally:
                close_old_connections()


aside = Aside()
