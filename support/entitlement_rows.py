"""Which entitlements a list or a file shows, and what a row says. Rows come as values: nothing is looked up by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Self

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from console.pages import Order, batches
from console.text import search_terms
from organizations.models import Membership, Organization
from support.models import Entitlement
from support.models.entitlement import EntitlementQuerySet

ORDERS = {"end": Order("ends_on", date.fromisoformat), "number": Order("number"), "name": Order("name")}
COLUMNS = [
    "id", "number", "name", "tier", "units", "unit", "level__name", "starts_on", "ends_on", "families",
]  # fmt: skip
# Days before its end from which a badge says when that is: people are mailed then, too.
ENDING = 60

type Row = dict[str, Any]


class Standing(StrEnum):
    """How an entitlement stands on a day."""

    IN_FORCE = "in_force"
    UPCOMING = "upcoming"
    ENDED = "ended"


STANDINGS = (
    (Standing.IN_FORCE.value, pgettext_lazy("entitlement", "in force")),
    (Standing.UPCOMING.value, pgettext_lazy("entitlement", "not begun")),
    (Standing.ENDED.value, pgettext_lazy("entitlement", "ended")),
)


def today() -> date:
    """The day that contracts are measured by, wherever the reader is."""
    return datetime.now(UTC).date()


def standing_of(starts_on: date, ends_on: date, day: date) -> Standing:
    """How an entitlement of these days, both included, stands on a ``day``."""
    if day > ends_on:
        return Standing.ENDED
    return Standing.UPCOMING if day < starts_on else Standing.IN_FORCE


def badge_of(starts_on: date, ends_on: date, day: date) -> tuple[str, str]:
    """What its badge says on a ``day``, and of which kind it is (templates/components/badge.html)."""
    standing = standing_of(starts_on, ends_on, day)
    if standing is Standing.ENDED:
        return pgettext("entitlement", "ended"), "neutral"
    if standing is Standing.UPCOMING:
        days = (starts_on - day).days
        return ngettext("begins in %(count)d day", "begins in %(count)d days", days) % {"count": days}, "info"
    days = (ends_on - day).days
    if days > ENDING:
        return pgettext("entitlement", "in force"), "success"
    if not days:
        return _("ends today"), "warning"
    return ngettext("ends in %(count)d day", "ends in %(count)d days", days) % {"count": days}, "warning"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The entitlements that somebody asks for: ``q`` in number, name and tier, and ``state`` (`Standing`)."""

    entitlements: EntitlementQuerySet
    q: str
    state: str

    @classmethod
    def of(cls, organization: Organization, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing."""
        found = Entitlement.objects.filter(organization=organization)
        term, state, day = query.get("q", "").strip(), query.get("state", ""), today()
        for word in search_terms(term):
            found = found.filter(Q(number__icontains=word) | Q(name__icontains=word) | Q(tier__icontains=word))
        if state == Standing.IN_FORCE:
            found = found.in_force(day)
        elif state == Standing.UPCOMING:
            found = found.filter(starts_on__gt=day)
        elif state == Standing.ENDED:
            found = found.filter(ends_on__lt=day)
        else:
            state = ""
        return cls(entitlements=found, q=term, state=state)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.entitlements.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all are asked for."""
        return bool(self.q or self.state)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {"q": self.q, "state": self.state, "states": list(STANDINGS), "is_narrowed": self.is_narrowed}

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, by its end, some at a time, for as long as the ``reader`` is a member (ATTACKS 23)."""
        still = Membership.objects.current().filter(pk=reader.pk).exists
        for rows in batches(self.values, orders=ORDERS, default="-end", still=still):
            yield [row_of(values) for values in rows]


def row_of(values: Mapping[str, Any]) -> Row:
    """An entitlement as a list shows it, of the values of `COLUMNS`."""
    label, kind = badge_of(values["starts_on"], values["ends_on"], today())
    return {**values, "level": values["level__name"], "label": label, "kind": kind}
