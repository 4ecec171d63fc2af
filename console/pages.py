"""Pages of a list by key: as fast at the end as at the beginning, and without counting."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict

PAGE_SIZE = 50
# Rows of a file that are read at a time.
BATCH = 1000
# No column holds a whole number of more.
BITS = 63


@dataclass(frozen=True)
class Order:
    """A way to sort a list: a column, and how its value is read back from an address."""

    column: str
    parse: Callable[[str], Any] = str


def moments(column: str) -> Order:
    """An order by a date and time."""
    return Order(column, _moment)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("A time without its zone.")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Page:
    """One page of a list. ``after``/``before``: what an address says to get the next or the former one, or empty."""

    rows: list[Any]
    sort: str
    after: str
    before: str

    @property
    def is_only(self) -> bool:
        """Whether everything fits on this page."""
        return not self.after and not self.before


def paginate(
    queryset: models.QuerySet[Any, Any],
    query: QueryDict | Mapping[str, str],
    *,
    orders: Mapping[str, Order],
    default: str,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of ``queryset`` (of models, or of dicts with ``id`` and the sort columns), as the address asks for it.

    ``query``: ``sort`` (a key of ``orders``, with ``-`` before it for descending), ``after`` or ``before`` (from a
    former page); what makes no sense is the first page in the ``default`` order. The same one query whatever the page.
    """
    sort = query.get("sort", "") or default
    if sort.removeprefix("-") not in orders:
        sort = default
    order = orders[sort.removeprefix("-")]
    backwards = "before" in query
    key = key_of(query.get("before") or query.get("after") or "", order)
    descending = sort.startswith("-") ^ (backwards and key is not None)
    found = queryset if key is None else queryset.filter(beyond(order.column, key, descending=descending))
    sign = "-" if descending else ""
    rows = list(found.order_by(f"{sign}{order.column}", f"{sign}id")[: size + 1])
    if key is not None and not rows:
        # Whoever stood there is gone.
        return paginate(queryset, {"sort": sort}, orders=orders, default=default, size=size)
    more, rows = len(rows) > size, rows[:size]
    if backwards and key is not None:
        rows.reverse()
        has_before, has_after = more, True
    else:
        has_before, has_after = key is not None, more
    return Page(
        rows=rows,
        sort=sort,
        after=cursor_at(rows[-1], order) if rows and has_after else "",
        before=cursor_at(rows[0], order) if rows and has_before else "",
    )


def batches(
    queryset: models.QuerySet[Any, Any], *, orders: Mapping[str, Order], default: str, still: Callable[[], bool]
) -> Iterator[list[Any]]:
    """Every row in the ``default`` order, some at a time, for as long as ``still()`` says that somebody may read them.

    By key and not by a cursor: nothing is held in the database while a slow reader reads.
    """
    after = ""
    while still():
        page = paginate(queryset, {"after": after}, orders=orders, default=default, size=BATCH)
        if after and not page.before:
            # All that were to come have gone meanwhile; this is the first page again.
            return
        yield page.rows
        after = page.after
        if not after:
            return


def beyond(column: str, key: tuple[Any, UUID], *, descending: bool) -> GreaterThan[Any] | LessThan[Any]:
    """The rows after a row, as one comparison: an index on (column, id) begins there, among many of one value too."""
    value, pk = key
    compare = LessThan if descending else GreaterThan
    return compare(_pair(F(column), F("id")), _pair(Value(value), Value(pk)))


def _pair(first: F | Value, second: F | Value) -> Func:
    return Func(first, second, template="(%(expressions)s)", output_field=models.Field())


def cursor_at(row: Any, order: Order) -> str:
    """What an address says to go on from ``row``: its value in the order, and its id."""
    is_dict = isinstance(row, dict)
    value = row[order.column] if is_dict else attrgetter(order.column.replace("__", "."))(row)
    pk: UUID = row["id"] if is_dict else row.pk
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return base64.urlsafe_b64encode(json.dumps([text, pk.hex]).encode()).decode().rstrip("=")


def key_of(text: str, order: Order) -> tuple[Any, UUID] | None:
    """The value and the id that a cursor holds; None for what is none of this order."""
    try:
        padded = text + "=" * (-len(text) % 4)
        value, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
        # Anybody can write a key: what no database takes as text is none.
        if "\0" in value or not value.encode():
            return None
        parsed = order.parse(value)
        if isinstance(parsed, int) and parsed.bit_length() > BITS:
            return None
        return parsed, UUID(hex=pk)
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
