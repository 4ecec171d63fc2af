"""Which servers a list shows, and what a row says. Rows come as values: nothing is looked up by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import full_name
from console.pages import Order, moments
from infrastructure.models import Server
from infrastructure.models.server import SILENT_AFTER, ServerQuerySet
from organizations.models import Organization

ORDERS = {"name": Order("name"), "seen": moments("last_seen_at"), "connected": moments("connected_at")}
COLUMNS = [
    "id", "name", "url", "version", "last_seen_at", "connected_at", "connected_by_id", "connected_by__first_name",
    "connected_by__last_name", "connected_by__email",
]  # fmt: skip
STATES: Final = [("reachable", _("Reachable")), ("unreachable", _("Unreachable"))]

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The servers that somebody asks for: ``q`` and ``state`` ("reachable", "unreachable" or empty)."""

    servers: ServerQuerySet
    q: str
    state: str

    @classmethod
    def of(cls, organization: Organization, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing."""
        found = Server.objects.filter(organization=organization)
        if term := query.get("q", "").strip():
            found = found.matching(term)
        match state := query.get("state", ""):
            case "reachable":
                found = found.reachable()
            case "unreachable":
                found = found.silent()
            case _other:
                state = ""
        return cls(servers=found, q=term, state=state)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.servers.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all servers are asked for."""
        return bool(self.q or self.state)


def rows_of(found: list[dict[str, Any]]) -> list[Row]:
    """Servers as a list shows them, of the values of `COLUMNS`."""
    heard_since = timezone.now() - SILENT_AFTER
    return [
        {
            **values,
            "is_reachable": values["last_seen_at"] > heard_since,
            "connected_by": full_name(values["connected_by__first_name"], values["connected_by__last_name"])
            or values["connected_by__email"]
            or "",
        }
        for values in found
    ]
