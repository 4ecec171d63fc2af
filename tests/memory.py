"""How much memory something takes at its most."""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Memory:
    """``peak``: the most bytes that Python held, known afterwards."""

    peak: int = 0


@contextmanager
def measured() -> Iterator[Memory]:
    """Look at the memory meanwhile, with garbage collected as often as it is in life (tests do so seldom)."""
    memory, seldom = Memory(), gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    tracemalloc.start()
    try:
        yield memory
        memory.peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.set_threshold(*seldom)
