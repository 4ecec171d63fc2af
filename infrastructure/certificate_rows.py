"""Which certificates a list shows, and what a row says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.pages import Order, moments
from console.text import search_terms
from infrastructure.models import Certificate
from infrastructure.models.certificate import STAGES, CertificateQuerySet, stage_of
from organizations.models import Organization

ORDERS = {"end": moments("not_after"), "name": Order("name")}
COLUMNS = ["id", "name", "names", "issuer", "not_before", "not_after", "used"]
STATES = [
    ("", gettext_lazy("All states")),
    ("valid", gettext_lazy("Valid")),
    ("ending", gettext_lazy("Ends soon")),
    ("ended", gettext_lazy("Ended")),
]
# Names that a row shows.
SHOWN = 2
# From this stage on it is urgent.
URGENT = 7


@dataclass(frozen=True)
class Life:
    """How much of a certificate's time is over, for a bar. ``kind``: success, warning or danger; ``label`` says it."""

    over: int
    days: int
    kind: str
    label: str

    @classmethod
    def of(cls, row: Mapping[str, Any] | Certificate) -> Self:
        """Of a certificate, as a row of values or a model."""
        begins, ends = (
            (row.not_before, row.not_after) if isinstance(row, Certificate) else (row["not_before"], row["not_after"])
        )
        now = timezone.now()
        days = max((ends - begins).days, 1)
        left = max((ends - now).days, 0)
        return cls(over=max(days - left, 0), days=days, kind=_kind(stage_of(ends)), label=_said(ends <= now, left))


def _kind(stage: int | None) -> str:
    if stage is None:
        return "success"
    return "danger" if stage <= URGENT else "warning"


def _said(has_ended: bool, left: int) -> str:  # noqa: FBT001 -- what is said of, and no switch
    if has_ended:
        return _("Ended")
    if not left:
        return _("Less than a day left")
    return ngettext("%d day left", "%d days left", left) % left


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The certificates that somebody asks for: ``q`` in their names, and ``state``."""

    certificates: CertificateQuerySet
    q: str
    state: str

    @classmethod
    def of(cls, organization: Organization, query: QueryDict) -> Self:
        """What the address asks for; what makes no sense narrows nothing."""
        now = timezone.now()
        soon = now + timedelta(days=max(STAGES))
        states = {
            "valid": Q(not_after__gt=soon),
            "ending": Q(not_after__gt=now, not_after__lte=soon),
            "ended": Q(not_after__lte=now),
        }
        q, state = query.get("q", "").strip(), query.get("state", "")
        found = Certificate.objects.filter(states.get(state, Q()), organization=organization)
        for word in search_terms(q):
            found = found.filter(Q(name__icontains=word) | Q(names__icontains=word))
        return cls(certificates=found, q=q, state=state if state in states else "")

    @property
    def values(self) -> Any:
        """The rows, as values."""
        return self.certificates.annotate(used=Count("uses")).values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for some only."""
        return bool(self.q or self.state)


def rows_of(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their life, the names that fit, and how many there are besides."""
    return [
        {**row, "life": Life.of(row), "shown": row["names"][:SHOWN], "more": max(len(row["names"]) - SHOWN, 0)}
        for row in values
    ]
