"""The services that the page of a project lists, and how they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, FilteredRelation, Q, Sum
from django.db.models.functions import Lower

from console.pages import Order, Page, moments, paginate
from organizations.roles import Permission
from projects.models import Operation, Project, Service
from projects.models.service import State
from projects.requests import ProjectRequest
from projects.views.service_page import is_withheld

ORDERS = {"name": Order("sort_name"), "since": moments("state_since")}
# From this number on, one looks for a service rather than at all of them.
SEARCHED = 10
COLUMNS = [
    "id", "name", "state", "state_since", "sort_name", "kind__name", "kind__icon", "size__name", "size__price",
    "doing__progress",
]  # fmt: skip
# What people look for comes first; what works by itself on its way is one share.
SHARES: Mapping[str, tuple[State, ...]] = {
    "failed": (State.FAILED,),
    "running": (State.RUNNING,),
    "working": (State.REQUESTED, State.PROVISIONING, State.STOPPING),
    "stopped": (State.STOPPED,),
}

type Row = dict[str, Any]


@dataclass(frozen=True)
class Number:
    """How many services of a project are in states that ``projects/services/_shares.html`` calls ``key``."""

    key: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many services are in a state, and where it stands in a bar that is 100 wide."""

    key: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of a project's services, and how all of them are.

    ``q``: what was searched for, by name or kind; ``hourly``: what those that run cost for each hour; ``deleted``: how
    many were deleted; ``is_withheld``: whether it is a suspension that keeps the reader from requesting any.
    """

    page: Page
    q: str
    shares: list[Share]
    hourly: Decimal
    deleted: int
    shows_deleted: bool
    may_request: bool
    is_withheld: bool

    @property
    def total(self) -> int:
        """How many there are, without those that were deleted."""
        return sum(share.count for share in self.shares)

    @property
    def is_searched(self) -> bool:
        """Whether there is a search: there are many, or somebody looked for some."""
        return bool(self.q) or max(self.total, self.deleted) >= SEARCHED

    @property
    def rows(self) -> list[Row]:
        """Those of this page."""
        return self.page.rows


def services_of(request: ProjectRequest) -> Listing:
    """What ``projects/services/_list.html`` shows as ``services``: by name; with ``?services=deleted``, those."""
    shows_deleted = request.GET.get("services") == "deleted"
    services = request.project.services
    found = services.filter(state=State.DELETED) if shows_deleted else services.present()
    if term := request.GET.get("q", "").strip():
        found = found.filter(Q(name__icontains=term) | Q(kind__name__icontains=term))
    is_open = Q(operations__state=Operation.State.OPEN)
    rows = found.annotate(sort_name=Lower("name"), doing=FilteredRelation("operations", condition=is_open))
    page = paginate(rows.values(*COLUMNS), request.GET, orders=ORDERS, default="name")
    for row in page.rows:
        row["label"] = State(row["state"]).label
    counts, hourly = _counts(request.project)
    return Listing(
        page=page,
        q=term,
        shares=list(_shares(counts)),
        hourly=hourly,
        deleted=counts.get(State.DELETED, 0),
        shows_deleted=shows_deleted,
        may_request=Permission.START_SERVICES in request.held and request.project.is_active,
        is_withheld=is_withheld(request),
    )


def _counts(project: Project) -> tuple[dict[str, int], Decimal]:
    """How many services are in each state, and what those that run cost for each hour."""
    by_state = Service.objects.filter(project=project).order_by().values("state")
    found = {row["state"]: row for row in by_state.annotate(number=Count("id"), hourly=Sum("size__price"))}
    running = found.get(State.RUNNING)
    return {state: row["number"] for state, row in found.items()}, running["hourly"] if running else Decimal(0)


def numbers_of(counts: Mapping[str, int]) -> list[Number]:
    """How the services of a project are, counted by state; what people look for first comes first."""
    sums = (Number(key, sum(counts.get(state, 0) for state in states)) for key, states in SHARES.items())
    return [number for number in sums if number.count]


def _shares(counts: Mapping[str, int]) -> Iterator[Share]:
    numbers = numbers_of(counts)
    total = sum(number.count for number in numbers)
    start = 0.0
    for number in numbers:
        width = 100 * number.count / total
        yield Share(key=number.key, count=number.count, start=round(start, 2), width=round(width, 2))
        start += width
