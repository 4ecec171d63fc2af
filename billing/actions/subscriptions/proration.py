"""What a change of plan in the middle of a period costs: by whole days, and never more than the new plan's full price.

The day that has begun is the new plan's: of the old one, as many days are unused as the new one is had for. So a day of
a dearer plan is never free, whoever changes how often, and nobody pays a day twice.
"""

from dataclasses import dataclass
from datetime import datetime

from billing.periods import days_left, days_of


@dataclass(frozen=True, kw_only=True)
class Share:
    """What is left of a period: ``days`` of ``of`` days."""

    days: int
    of: int

    @classmethod
    def left(cls, start: datetime, end: datetime, now: datetime) -> "Share":
        """What is left now of the period from ``start`` to ``end``."""
        whole = days_of(start, end)
        return cls(days=min(whole, days_left(end, now)), of=whole)

    def of_price(self, net: int) -> int:
        """What that much of a price comes to, in whole units; a half counts as one."""
        return (2 * net * self.days + self.of) // (2 * self.of)
