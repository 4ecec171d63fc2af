"""Which storage engines a list shows, and how one has been over time. Rows come as values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncDay, TruncHour
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.dates import date, timestamp
from console.pages import Order, moments
from console.text import search_terms
from infrastructure.models import EngineCheck, ProjectEngine, StorageEngine
from infrastructure.models.engine import Health, Kind, StorageEngineQuerySet, place_of
from organizations.models import Organization

ORDERS = {"name": Order("name"), "added": moments("created_at")}
COLUMNS = [
    "id", "name", "kind", "config", "health", "problem_stage", "is_default", "checked_at", "created_at",
]  # fmt: skip

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The engines of an organization that somebody asks for: ``q``, ``kind`` and ``health``."""

    engines: StorageEngineQuerySet
    q: str
    kind: str
    health: str

    @classmethod
    def of(cls, organization: Organization, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names). What makes no sense narrows nothing."""
        found = StorageEngine.objects.filter(organization=organization)
        term = query.get("q", "").strip()
        for word in search_terms(term):
            found = found.filter(name__icontains=word)
        kind, health = query.get("kind", ""), query.get("health", "")
        kind = kind if kind in Kind.values else ""
        health = health if health in Health.values else ""
        if kind:
            found = found.filter(kind=kind)
        if health:
            found = found.filter(health=health)
        return cls(engines=found, q=term, kind=kind, health=health)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.engines.values(*COLUMNS)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "kind": self.kind,
            "kinds": Kind.choices,
            "health": self.health,
            "healths": Health.choices,
            "is_narrowed": bool(self.q or self.kind or self.health),
        }


def rows_of(found: Collection[dict[str, Any]]) -> list[Row]:
    """Engines as a list shows them, of the values of `COLUMNS`: one query for how many projects use each."""
    ids: list[UUID] = [values["id"] for values in found]
    linked = ProjectEngine.objects.filter(engine__in=ids).values("engine").annotate(number=Count("pk"))
    projects = dict(linked.values_list("engine", "number"))
    return [
        {
            **values,
            "kind_label": Kind(values["kind"]).label,
            "health_label": Health(values["health"]).label,
            "place": place_of(values["kind"], values["config"]),
            "projects": projects.get(values["id"], 0),
        }
        for values in found
    ]


@dataclass(frozen=True)
class Slot:
    """A stretch of a time line: ``state`` is "fine", "failing", "mixed", or "none" where nothing was checked."""

    x: float
    width: float
    state: str
    text: str


@dataclass(frozen=True)
class TimeLine:
    """How an engine was, from left to right; ``description`` says the same in words."""

    slots: list[Slot]
    description: str


def time_lines(engine: StorageEngine) -> tuple[TimeLine, TimeLine]:
    """The last 24 hours by the hour, and the last 30 days by the day, where the reader is. Two queries."""
    hour = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    hours = [hour - timedelta(hours=back) for back in range(23, -1, -1)]
    today = hour.date()
    days = [today - timedelta(days=back) for back in range(29, -1, -1)]
    checks = EngineCheck.objects.filter(engine=engine)
    by_hour = _counted(checks.filter(checked_at__gte=hours[0]).annotate(step=TruncHour("checked_at")))
    by_day = _counted(checks.filter(checked_at__gte=hour - timedelta(days=31)).annotate(step=TruncDay("checked_at")))
    per_day = {step.date(): numbers for step, numbers in by_day.items()}
    return (
        _line([(timestamp(moment), by_hour.get(moment)) for moment in hours]),
        _line([(date(day), per_day.get(day)) for day in days]),
    )


def _counted(checks: Any) -> dict[datetime, tuple[int, int]]:
    """By step of time: how many checks, and how many of them failed."""
    failed = Count("pk", filter=~Q(problem_stage=""))
    found = checks.order_by("step").values("step").annotate(total=Count("pk"), failed=failed)
    return {step: (total, bad) for step, total, bad in found.values_list("step", "total", "failed")}


def _line(steps: list[tuple[str, tuple[int, int] | None]]) -> TimeLine:
    width = 100 / len(steps)
    slots = [
        Slot(round(index * width, 3), round(width * 0.8, 3), _state(numbers), _told(name, numbers))
        for index, (name, numbers) in enumerate(steps)
    ]
    total = sum(numbers[0] for _name, numbers in steps if numbers)
    failed = sum(numbers[1] for _name, numbers in steps if numbers)
    return TimeLine(slots, _words((total, failed) if total else None))


def _state(numbers: tuple[int, int] | None) -> str:
    if numbers is None:
        return "none"
    total, failed = numbers
    return "fine" if not failed else "failing" if failed == total else "mixed"


def _told(name: str, numbers: tuple[int, int] | None) -> str:
    return _("%(when)s: %(what)s") % {"when": name, "what": _words(numbers)}


def _words(numbers: tuple[int, int] | None) -> str:
    if numbers is None:
        return _("not checked")
    total, failed = numbers
    checks = ngettext("%d check", "%d checks", total) % total
    if not failed:
        return _("%(checks)s, all fine") % {"checks": checks}
    return _("%(checks)s, %(failed)d of them failed") % {"checks": checks, "failed": failed}
