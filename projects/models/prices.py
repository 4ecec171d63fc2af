"""What sizes cost and have cost. A changed price counts from the next hour on, so what was before is kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from projects.models.catalogue import ServiceSize


class FormerPrice(models.Model):
    """What an hour of a size cost, for hours that begin before ``until``, which is the start of one (UTC).

    ``told_at``: when whoever pays for what runs was told, where it has risen since (billing).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    size = models.ForeignKey(ServiceSize, models.CASCADE, related_name="former_prices", verbose_name=_("size"))
    price = models.DecimalField(_("price per hour"), max_digits=12, decimal_places=4)
    until = models.DateTimeField(_("until"))
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("former price")
        verbose_name_plural = _("former prices")
        ordering = ["size", "until"]
        constraints = [
            models.UniqueConstraint(fields=["size", "until"], name="former_price_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="former_price_is_one"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(told_at=None), name="former_price_to_be_told")]

    def __str__(self) -> str:
        return f"{self.price:f}"


class Prices:
    """What hours of some sizes cost; one query, whenever that was."""

    def __init__(self, sizes: Iterable[ServiceSize]) -> None:
        # After the sizes themselves were read: a price that is changed between the two is found here as it was.
        rows = FormerPrice.objects.filter(size__in={size.pk for size in sizes}).order_by("until")
        former: dict[UUID, list[tuple[datetime, Decimal]]] = {}
        for size_id, until, price in rows.values_list("size", "until", "price"):
            former.setdefault(size_id, []).append((until, price))
        self._former: Mapping[UUID, list[tuple[datetime, Decimal]]] = former

    def at(self, size: ServiceSize, hour: datetime) -> Decimal:
        """What the hour that begins at ``hour`` costs in a size."""
        return next((price for until, price in self._former.get(size.pk, ()) if hour < until), size.price)
