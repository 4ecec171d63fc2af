"""Waiting for strangers while somebody waits for a page: only a few threads of a process do so at once.

Whoever types an address decides how long its other side takes to answer: seconds, each time. A process has a handful of
threads (docs/operating.md), and with all of them waiting for one customer's silent server, the console would answer
nobody. So some stay free, whatever is asked; workers wait for one thing at a time anyway. None of it is waited for.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils.translation import gettext as _

from console.refusal import Refused

# Of the four threads that docs/operating.md gives to each process.
MOST: Final = 2

_free = threading.BoundedSemaphore(MOST)


class Busy(Refused):
    """As many as may are waiting already."""

    def __init__(self) -> None:
        sentence = _("Many connections are being tried at this moment. Wait a few seconds, then try again.")
        super().__init__(sentence, code="busy")


@contextmanager
def waiting_for_strangers() -> Iterator[None]:
    """Wait here for what may take seconds: an address that somebody typed, its name servers. Raises Busy."""
    if not _free.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _free.release()
