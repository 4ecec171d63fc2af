"""What is billed: each charge becomes lines of the invoice of its month."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from moneyed import Money

from billing.amounts import MOST
from billing.models.account import Account
from billing.models.invoice import Invoice
from billing.taxes import Treatment
from console.ids import uuid7

KEY_LENGTH = 120


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Sets of charges."""

    def to_be_billed(self, until: date) -> Self:
        """Those of a month, whose first day is given, and of former ones, that are on no invoice yet."""
        return self.filter(invoice=None, month__lte=until)


class Charge(models.Model):
    """Something that an account pays for out of its funds; in the smallest unit.

    ``month``: the first day of the month whose invoice bears it; ``net`` without VAT and ``vat`` beside it, at ``rate``
    percent, as ``treatment`` says (billing.taxes). The entries of a charge add up to what it takes, ``net + vat``,
    below zero. One of usage grows with each hour until its month is over. ``plan_name`` and ``interval``: what it is
    for; ``start`` and ``end``: from when to when. ``key``: written once, however often that is asked for.
    """

    class Kind(models.TextChoices):
        """What is paid for."""

        PERIOD = "period", pgettext_lazy("charge", "a period of a plan")
        CHANGE = "change", pgettext_lazy("charge", "a change of plan")
        USAGE = "usage", pgettext_lazy("charge", "what ran")
        # Less of something that is on an invoice already.
        CREDIT = "credit", pgettext_lazy("charge", "a credit note")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="charges", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    key = models.CharField(_("key"), max_length=KEY_LENGTH, unique=True)
    month = models.DateField(_("month"))
    start = models.DateTimeField(pgettext_lazy("charge", "from"))
    end = models.DateTimeField(pgettext_lazy("charge", "to"))
    plan_name = models.CharField(_("plan"), max_length=60, blank=True)
    interval = models.CharField(_("interval"), max_length=5, blank=True)
    net = models.BigIntegerField(_("without VAT"), default=0)
    vat = models.BigIntegerField(_("VAT"), default=0)
    rate = models.DecimalField(_("rate of VAT"), max_digits=4, decimal_places=2)
    country = models.CharField(_("country"), max_length=2, blank=True)
    treatment = models.CharField(_("treatment"), max_length=14, choices=Treatment)
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("invoice")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(condition=~Q(key=""), name="charge_has_key"),
            models.CheckConstraint(condition=Q(month__day=1), name="charge_month_is_one"),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="charge_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(net__gte=-MOST, net__lte=MOST, vat__gte=-MOST, vat__lte=MOST), name="charge_bounded"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["period", "usage"], net__gte=0, vat__gte=0)
                | Q(kind="credit", net__lte=0, vat__lte=0)
                | Q(kind="change"),
                name="charge_goes_its_way",
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lt=100) & (Q(treatment="domestic") | Q(rate=0, vat=0)),
                name="charge_vat_where_it_is_due",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-month"], name="charge_by_month"),
            models.Index(fields=["month"], condition=Q(invoice=None), name="charge_to_be_billed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month:%Y-%m}"

    @property
    def total(self) -> int:
        """What it takes, VAT included, in the smallest unit."""
        return self.net + self.vat

    @property
    def money(self) -> Money:
        """The same as an amount."""
        return self.account.money(self.total)
