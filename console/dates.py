"""Dates and times in words, made cheaply enough to stand in each row of a long list."""

import datetime as dt

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.dates import MONTHS, MONTHS_AP
from django.utils.translation import gettext, ngettext

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Days that may be asked for: beyond them nothing reaches, and a calendar ends.
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2999, 12, 31)


def date(day: dt.date | None) -> str:
    """Return ``3 Jan. 2026``: the same order everywhere, with the month as a word, so that nobody misreads it."""
    if day is None:
        return ""
    if isinstance(day, dt.datetime):
        day = _local(day)
    return f"{day.day} {MONTHS_AP[day.month]} {day.year}"


def month(day: dt.date) -> str:
    """Return ``January 2026``."""
    return f"{MONTHS[day.month]} {day.year}"


def day_typed(text: str) -> str:
    """Return the day that somebody typed (``2026-01-03``), or nothing where it is none."""
    try:
        return str(parse_date(text) or "")
    except ValueError:
        return ""


def midnight(day: str, days: int = 0) -> dt.datetime | None:
    """Return the beginning of a day as `day_typed` gives it, or of the one so many later, where the reader is."""
    if not day:
        return None
    begins = min(max(dt.date.fromisoformat(day), FIRST_DAY), LAST_DAY) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(begins, dt.time()))


def timestamp(moment: dt.datetime | None) -> str:
    """Return ``3 Jan. 2026, 14:05 UTC`` in the viewer's zone."""
    if moment is None:
        return ""
    local = _local(moment)
    return f"{date(local)}, {local:%H:%M} {local.tzname() or ''}".rstrip()


def relative(moment: dt.datetime, now: dt.datetime) -> str:
    """Return ``3 minutes ago`` or ``in 2 days``; beyond a month, the date.

    What has passed has passed in full; what is to come is rounded: seven days are seven a minute later, too.
    """
    seconds = (now - moment).total_seconds()
    distance = abs(seconds)
    if distance < MINUTE:
        return gettext("just now") if seconds >= 0 else gettext("in a moment")
    if distance >= 30 * DAY:
        return date(moment)
    if seconds > 0:
        # Translators: amount is "3 minutes", "1 hour", "12 days".
        return gettext("%(amount)s ago") % {"amount": _amount(distance)}
    # Translators: amount is "3 minutes", "1 hour", "12 days".
    return gettext("in %(amount)s") % {"amount": _amount(distance + _unit(distance) / 2)}


def span(length: dt.timedelta) -> str:
    """Return how long it is, exactly, in the largest unit that needs no other: ``2 days``, ``36 hours``."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds and seconds % DAY == 0:
        return _amount(seconds)
    if seconds and seconds % HOUR == 0:
        count = seconds // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = seconds // MINUTE
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _local(moment: dt.datetime) -> dt.datetime:
    """The moment where the reader is; the last of the calendar, which means *never* (RFC 5280, 4.1.2.5), as it is."""
    if not timezone.is_aware(moment):
        return moment
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment


def _unit(seconds: float) -> int:
    return next(unit for unit in (DAY, HOUR, MINUTE) if seconds >= unit)


def _amount(seconds: float) -> str:
    if seconds < HOUR:
        count = int(seconds // MINUTE)
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if seconds < DAY:
        count = int(seconds // HOUR)
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = int(seconds // DAY)
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
