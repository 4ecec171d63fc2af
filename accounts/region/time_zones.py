"""Time zones by part of the world, with their cities in the reader's language (Unicode CLDR, through Babel)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.region.countries import locale_of
from console.text import fold

AREAS: Mapping[str, object] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}

type Group = tuple[object, list[tuple[str, str]]]


@lru_cache
def zones() -> frozenset[str]:
    """The zones that one can live in, each by the name that CLDR prefers; a machine without time zone data has none."""
    named = {zone for zone in get_global("zone_territories") if zone.partition("/")[0] in AREAS}
    return frozenset(named & available_timezones())


def canonical(name: str) -> str:
    """The preferred name of a zone that browsers may know by another; empty for what is no zone of ours."""
    zone = get_global("zone_aliases").get(name, name)
    if zone in {"Etc/UTC", "Etc/GMT"}:
        return "UTC"
    return zone if zone in zones() else ""


def zone_choices() -> list[tuple[object, object]]:
    """The zones for a choice field, by area and city, with what they are ahead of or behind UTC now."""
    language = get_language() or "en"
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return [("", _("As my browser says")), ("UTC", "UTC"), *_groups(language, now)]


@lru_cache(maxsize=8)
def _groups(language: str, now: datetime) -> list[Group]:
    """Made once an hour and language: offsets change with the season."""
    named = sorted((zone.partition("/")[0], fold(city := _city(zone, language)), zone, city) for zone in zones())
    return [
        (AREAS[area], [(zone, f"{city} ({_offset(zone, now)})") for _area, _folded, zone, city in members])
        for area, members in groupby(named, key=lambda entry: entry[0])
    ]


def _city(zone: str, language: str) -> str:
    """The city in that language, or as the zone is called where the language has no name of its own."""
    known = locale_of(language).time_zones.get(zone, {}).get("city")
    return str(known or zone.partition("/")[2].replace("_", " ").replace("/", ", "))


def _offset(zone: str, now: datetime) -> str:
    ahead = now.astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(abs(int(ahead.total_seconds())) // 60, 60)
    return f"UTC{'-' if ahead < timedelta() else '+'}{hours:02}:{minutes:02}"
