"""Periods of a subscription: the n-th month or year from an anchor, without drift (31 January, 28 February, 31 March).

All in UTC: wherever the server or the reader is, and when the clock changes, a period begins at one instant.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

MONTHS = {"month": 1, "year": 12}
DAY = timedelta(days=1)


def start_of(anchor: datetime, interval: str, number: int) -> datetime:
    """Return when period ``number`` (from 0) begins; ``interval``: "month" or "year", ``anchor``: when 0 does, aware.

    Where the month is too short it is that month's last day; the next one goes back to the anchor's.
    """
    anchor = anchor.astimezone(UTC)
    months = anchor.year * 12 + anchor.month - 1 + number * MONTHS[interval]
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last))


def days_of(start: datetime, end: datetime) -> int:
    """Return how many days a period has."""
    return (end - start) // DAY


def days_left(end: datetime, now: datetime) -> int:
    """Return how many days of a period are left, the one that has begun among them; none once it is over."""
    return max(0, -((now - end) // DAY))


def month_of(moment: datetime) -> date:
    """Return the first day of the month, in UTC, in which a moment lies."""
    return moment.astimezone(UTC).date().replace(day=1)
