"""What ran, hour by hour, and what that adds up to."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.charge import Charge
from console.ids import uuid7

# What SQLite adds where it multiplies decimals as floating-point numbers; less than the smallest difference there is.
IMPRECISION = Decimal("0.00005")


class UsageLine(models.Model):
    """One service at one price in the charge of a month: its ``hours``, and their price without VAT.

    ``month``: the first day of that in which it ran, which is before the charge's where that was billed already. The
    ids and names are of when it ran: the project may be gone when it is billed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="usage", verbose_name=_("charge"))
    month = models.DateField(_("month"))
    project_id = models.UUIDField(_("project"))
    project_name = models.CharField(_("project"), max_length=80)
    service_id = models.UUIDField(_("service"))
    service_name = models.CharField(_("service"), max_length=60)
    kind_name = models.CharField(_("kind"), max_length=80)
    size_id = models.UUIDField(_("size"))
    size_name = models.CharField(_("size"), max_length=80)
    price = models.DecimalField(_("price per hour"), max_digits=12, decimal_places=4)
    hours = models.PositiveIntegerField(_("hours"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [
            models.UniqueConstraint(
                fields=["charge", "service_id", "size_id", "price", "month"], name="usage_line_unique"
            ),
            models.CheckConstraint(condition=Q(price__gte=0, amount__gte=0), name="usage_line_costs"),
            models.CheckConstraint(condition=Q(month__day=1), name="usage_line_month_is_one"),
            models.CheckConstraint(
                condition=Q(amount__gt=F("price") * F("hours") - IMPRECISION)
                & Q(amount__lt=F("price") * F("hours") + IMPRECISION),
                name="usage_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.service_name


class UsageHour(models.Model):
    """That a service ran in an hour, UTC: one row, however often and by whomever that is found out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(UsageLine, models.PROTECT, related_name="+", verbose_name=_("usage"))
    service_id = models.UUIDField(_("service"))
    hour = models.DateTimeField(_("hour"))

    class Meta:
        verbose_name = _("hour")
        verbose_name_plural = _("hours")
        constraints = [
            models.UniqueConstraint(fields=["service_id", "hour"], name="usage_hour_once"),
            models.CheckConstraint(condition=Q(hour__minute=0, hour__second=0), name="usage_hour_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}:00"
