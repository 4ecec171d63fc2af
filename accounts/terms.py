"""Which version of the terms is in force, for pages that must not ask the database each time."""

from dataclasses import dataclass
from time import monotonic
from typing import Final
from uuid import UUID

from accounts.models import Terms

# Seconds for which a process believes what it last read: so long after a version is in force, all pages ask for it.
FRESH = 60.0
# The session's key for the id of the version that its user is known to have accepted.
ACCEPTED = "terms_accepted"


@dataclass(frozen=True)
class InForce:
    """The version in force: all that a page's frame needs of it."""

    id: UUID
    version: str


class Latest:
    """What this process last read. Two threads may read it at once, which harms nobody."""

    def __init__(self) -> None:
        self._until = float("-inf")
        self._terms: InForce | None = None

    def get(self) -> InForce | None:
        """The version in force, as of at most a minute ago; None while there are no terms."""
        if monotonic() >= self._until:
            terms = Terms.in_force()
            self.note(InForce(terms.pk, terms.version) if terms else None)
        return self._terms

    def note(self, terms: InForce | None) -> None:
        """Believe this for the next minute."""
        self._terms, self._until = terms, monotonic() + FRESH

    def forget(self) -> None:
        """Read it anew the next time."""
        self._until = float("-inf")


latest: Final = Latest()
