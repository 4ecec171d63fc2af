"""Counting rows no further than a page says."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class CappedCount(Subquery):
    """How many rows a queryset has, or ``most``: the database stops reading there."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any], most: int) -> None:
        super().__init__(queryset.order_by().values("pk")[:most])
