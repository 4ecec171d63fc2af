"""What a level of support promises, as pages show it."""

from datetime import timedelta
from typing import Any

from support.models import Priority, SupportLevel


def promised_by(level: SupportLevel) -> list[tuple[Any, timedelta]]:
    """Within what time a ticket gets its first answer, by the labels of the priorities, the most urgent first."""
    return [(priority.label, level.within(priority)) for priority in reversed(Priority)]
