"""Pages of a list by cursor: what `console.pages` does for people, with the size that was asked for.

A page begins after the row that the cursor names, whether or not it is still there, so what comes or goes meanwhile
moves nothing else. Unlike for people, a cursor that makes no sense is refused, and what ends is empty: a program that
got the first page again would go round for ever.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from console.api.problems import Problem
from console.api.schemas import Listed, Paging
from console.pages import Order, beyond, cursor_at, key_of


def page_of[Item](
    queryset: models.QuerySet[Any, Any],
    paging: Paging,
    *,
    orders: Mapping[str, Order],
    default: str,
    draw: Callable[[Any], Item],
) -> Listed[Item]:
    """One page of ``queryset``, each row as ``draw`` gives it; ``orders`` and ``default`` as `paginate` takes them.

    ``paging`` may have a ``sort`` too. Raises Problem for a sort or a cursor that this list does not have.
    """
    sort = getattr(paging, "sort", "") or default
    order = orders.get(sort.removeprefix("-"))
    if order is None:
        names = ", ".join(orders)
        raise Problem.invalid([("sort", "literal_error", _("Send one of these: %(expected)s.") % {"expected": names})])
    descending = sort.startswith("-")
    if paging.after:
        key = key_of(paging.after, order)
        if key is None:
            sentence = _("This is not what the page before gave as “next”.")
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "cursor", sentence, errors=[("after", "cursor", sentence)])
        queryset = queryset.filter(beyond(order.column, key, descending=descending))
    sign = "-" if descending else ""
    rows = list(queryset.order_by(f"{sign}{order.column}", f"{sign}id")[: paging.limit + 1])
    shown = rows[: paging.limit]
    return Listed(
        items=[draw(row) for row in shown], next=cursor_at(shown[-1], order) if len(rows) > len(shown) else None
    )
