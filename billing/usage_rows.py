"""What ran in a month, service by service, as a list or a file shows it.

Whoever sees what is billed sees the names and the amounts of all projects, restricted ones among them: a bill that
cannot be read cannot be paid, and names stand in it as in the log (ADR 29). What leads into a project is drawn only for
who may see it. Rows come as values: nothing is looked up by row.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.http import QueryDict

from billing.ledger_rows import sees_billing
from billing.models import Account, Charge, UsageLine
from billing.spending import this_month
from console.dates import month
from console.pages import Order, batches
from console.text import one_line
from organizations.actors import Actor
from organizations.models import Membership
from projects.models import Project, Service

# What an amount is read back from: anybody can write an address.
_WRITTEN = re.compile(r"\A[0-9]{1,14}(\.[0-9]{1,4})?\Z")


def _amount(text: str) -> Decimal:
    if not _WRITTEN.match(text):
        raise ValueError("No amount.")
    return Decimal(text)


ORDERS = {
    "name": Order("sort_name"),
    "project": Order("sort_project"),
    "hours": Order("hours", int),
    "amount": Order("amount", _amount),
}
COLUMNS = [
    "id", "project_id", "project_name", "service_id", "service_name", "kind_name", "size_name", "price", "hours",
    "amount", "sort_name", "sort_project",
]  # fmt: skip
LONGEST_TERM = 100
# Months that can be chosen: ten years.
MONTHS = 120

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The services that ran in a ``month``, of which ``q`` and ``project`` name some."""

    account: Account
    lines: QuerySet[UsageLine]
    month: date
    q: str
    project: str

    @classmethod
    def of(cls, account: Account, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing: this month."""
        asked = _month(query.get("month", ""))
        found = UsageLine.objects.filter(charge__account=account.pk, month=asked)
        if term := one_line(query.get("q", ""), LONGEST_TERM):
            found = found.filter(
                Q(service_name__icontains=term) | Q(project_name__icontains=term) | Q(kind_name__icontains=term)
            )
        project = _id(query.get("project", ""))
        if project:
            found = found.filter(project_id=project)
        return cls(account=account, lines=found, month=asked, q=term, project=str(project or ""))

    @property
    def values(self) -> Any:
        """The rows as values."""
        named = self.lines.annotate(sort_name=Lower("service_name"), sort_project=Lower("project_name"))
        return named.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all of the month is asked for."""
        return bool(self.q or self.project)

    @property
    def total(self) -> Decimal:
        """What all of it comes to, without VAT."""
        found: Decimal | None = self.lines.aggregate(total=Sum("amount"))["total"]
        return found or Decimal(0)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "project": self.project,
            "projects": _projects_in(self.account, self.month),
            "month": f"{self.month:%Y-%m}",
            "month_label": month(self.month),
            "months": _months_of(self.account, self.month),
            "is_narrowed": self.is_narrowed,
        }

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, by name, some at a time, for as long as the ``reader`` may see them (ATTACKS 23)."""
        yield from batches(self.values, orders=ORDERS, default="name", still=lambda: sees_billing(reader))


def with_places(rows: Collection[Row], reader: Actor) -> list[Row]:
    """The rows with ``place``: the slug of the project, where the service is still there and the reader may see it."""
    services = Service.objects.filter(pk__in=[row["service_id"] for row in rows])
    seen = services.filter(project__in=Project.objects.visible_to(reader))
    places: dict[UUID, str] = dict(seen.values_list("pk", "project__slug"))
    return [{**row, "place": places.get(row["service_id"], "")} for row in rows]


def _projects_in(account: Account, asked: date) -> list[tuple[str, str]]:
    lines = UsageLine.objects.filter(charge__account=account.pk, month=asked).order_by()
    found = lines.values_list("project_id").annotate(name=Max("project_name")).order_by("name")
    return [(str(pk), name) for pk, name in found]


def _months_of(account: Account, asked: date) -> list[tuple[str, str]]:
    """The months in which something ran, with this one and the one that is asked for, the newest first."""
    used = Charge.objects.filter(account=account.pk, kind=Charge.Kind.USAGE).order_by("-month")
    months = {*used.values_list("month", flat=True).distinct()[:MONTHS], this_month(), asked}
    return [(f"{one:%Y-%m}", month(one)) for one in sorted(months, reverse=True)]


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return this_month()


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
