"""Pages of a list by cursor: what `console.pages` does for people, with the size that was asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from console.api.schemas import Listed, Paging
from console.pages import Order, paginate


def page_of[Item](
    queryset: models.QuerySet[Any, Any],
    paging: Paging,
    *,
    orders: Mapping[str, Order],
    default: str,
    draw: Callable[[Any], Item],
) -> Listed[Item]:
    """One page of ``queryset``, each row as ``draw`` gives it; ``orders`` and ``default`` as `paginate` takes them."""
    query = {"sort": getattr(paging, "sort", ""), **({"after": paging.after} if paging.after else {})}
    page = paginate(queryset, query, orders=orders, default=default, size=paging.limit)
    return Listed(items=[draw(row) for row in page.rows], next=page.after or None)
