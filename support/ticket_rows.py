"""Which tickets a list or a file shows, and what a row says. Rows come as values: nothing is looked up by row."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict
from django.utils.translation import gettext as _

from console.pages import Order, batches, moments
from organizations.actors import Actor
from organizations.models import Membership
from organizations.roles import Permission
from support.models import Priority, Product, State, Ticket
from support.models.ticket import TicketQuerySet

ORDERS = {"changed": moments("changed_at"), "number": Order("number", int), "raised": moments("created_at")}
DEFAULT = "-changed"
COLUMNS = [
    "id", "number", "title", "state", "priority", "raised_by_name", "created_at", "changed_at", "answer_due_at",
    "first_answered_at", "product__name",
]  # fmt: skip
MINE = "mine"
# How a state and a priority look: of most tickets neither needs to stand out.
STATE_KINDS = {State.OPEN: "info", State.ANSWERED: "warning", State.SOLVED: "success", State.CLOSED: "neutral"}
PRIORITY_KINDS = {Priority.URGENT: "danger", Priority.HIGH: "warning"}

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The tickets that somebody asks for: ``q``, ``whose``, ``state``, ``priority`` and ``product``.

    ``sees_all``: whether the reader sees more than their own; ``products``: those that can be asked for, as choices.
    """

    tickets: TicketQuerySet
    q: str
    whose: str
    state: str
    priority: str
    product: str
    products: list[tuple[str, str]]
    sees_all: bool

    @classmethod
    def of(cls, reader: Actor, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names) of what the reader may see; nonsense narrows nothing."""
        found = Ticket.objects.visible_to(reader)
        sees_all = reader.can(Permission.VIEW_CUSTOMER_DATA)
        products = list(Product.objects.values_list("key", "name"))
        if term := query.get("q", "").strip():
            found = found.matching(term)
        whose = _known(query.get("whose", ""), [MINE]) if sees_all and reader.user else ""
        state = _known(query.get("state", ""), State.values)
        priority = _known(query.get("priority", ""), Priority.values)
        product = _known(query.get("product", ""), [key for key, _name in products])
        if whose:
            found = found.filter(raised_by=reader.user)
        if state:
            found = found.filter(state=state)
        if priority:
            found = found.filter(priority=priority)
        if product:
            found = found.filter(product__key=product)
        return cls(
            tickets=found, q=term, whose=whose, state=state, priority=priority, product=product, products=products,
            sees_all=sees_all,
        )  # fmt: skip

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.tickets.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all tickets are asked for."""
        return bool(self.q or self.whose or self.state or self.priority or self.product)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "whose": self.whose,
            "state": self.state,
            "priority": self.priority,
            "product": self.product,
            "products": self.products,
            "states": State.choices,
            "priorities": list(reversed(Priority.choices)),
            "sees_all": self.sees_all,
            "is_narrowed": self.is_narrowed,
        }

    def batches(self, reader: Membership, now: datetime) -> Iterator[list[Row]]:
        """Every row, the last changed first, some at a time, for as long as the ``reader`` is a member (ATTACKS 23)."""
        still = Membership.objects.current().filter(pk=reader.pk).exists
        for found in batches(self.values, orders=ORDERS, default=DEFAULT, still=still):
            yield [row_of(values, now) for values in found]


def row_of(values: Mapping[str, Any], now: datetime) -> Row:
    """A ticket as a list shows it, of the values of `COLUMNS`."""
    state, priority, due_at = State(values["state"]), Priority(values["priority"]), values["answer_due_at"]
    is_due = state == State.OPEN and values["first_answered_at"] is None and due_at is not None
    return {
        **values,
        "state_label": state.label,
        "state_kind": STATE_KINDS[state],
        "priority_label": priority.label,
        "priority_kind": PRIORITY_KINDS.get(priority, "neutral"),
        "product": values["product__name"] or "",
        "raised_by": values["raised_by_name"] or _("Former member"),
        "is_due": is_due,
        "is_late": is_due and due_at < now,
    }


def _known(value: str, known: Collection[str]) -> str:
    return value if value in known else ""
