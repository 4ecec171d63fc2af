"""What a provisioner is: the company's way of making, starting, resizing, stopping and deleting services."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from projects.models import Operation


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that a service comes with; ``shown_once``: a secret that is forgotten when somebody has seen it."""

    name: str
    value: str
    is_secret: bool = False
    shown_once: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An operation that succeeded."""

    outputs: Sequence[Found] = field(default_factory=tuple)


class Unable(Exception):
    """An operation that cannot succeed: ``sentence`` in English, marked for translation, that names nobody."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Provisioner:
    """Carries operations out: by itself, in our worker (`carry_out`), or by asking somebody (`begin`).

    ``is_ours``: our worker calls `carry_out`. Else `begin` writes, in the transaction that makes the operation, what
    must leave after the commit, and somebody reports what became of it.
    """

    is_ours: bool = True

    def begin(self, operation: Operation) -> None:
        """Do what must happen in the transaction that makes the operation; what leaves, leaves after the commit."""

    def carry_out(self, operation: Operation) -> Outcome:
        """Do it, in the worker, outside of any transaction, within 20 seconds.

        May be called again for the same operation, when a worker was killed: what was done must not be done twice.
        Raises Unable; after any other exception it is tried again.
        """
        raise NotImplementedError

    def call_off(self, operation: Operation) -> None:
        """Another operation takes its place, in this transaction: what has not left need not leave any more."""
