"""Invoices and credit notes: written once, numbered without gaps; and who gets them."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from moneyed import Money

from audit.models import AppendOnly
from billing.amounts import to_money
from billing.models.account import Account
from console.ids import uuid7


class Sequence(models.Model):
    """The last number of a year; locked by who takes the next one, so that there are no gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sequence of numbers")
        verbose_name_plural = _("sequences of numbers")

    def __str__(self) -> str:
        return str(self.year)


class Invoice(AppendOnly):
    """An invoice for a month, or a credit note to one; all that it says stands in it, whatever changes later.

    ``number``: "2026-000123", sequential without gaps in its year (Directive 2006/112/EC, article 226). ``seller`` and
    ``buyer``: name, lines of the address, VAT number and e-mail as they were; amounts in the smallest unit, below zero
    on a credit note; ``owed``: what of it the funds did not cover when it was issued; ``notes``: sentences that the law
    asks for, in its language.
    """

    class Kind(models.TextChoices):
        """What it is."""

        INVOICE = "invoice", pgettext_lazy("document", "invoice")
        CREDIT_NOTE = "credit_note", pgettext_lazy("document", "credit note")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="invoices", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.INVOICE)
    number = models.CharField(_("number"), max_length=12, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    position = models.PositiveIntegerField(_("position in the year"))
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("corrects")
    )
    month = models.DateField(_("month"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    language = models.CharField(_("language"), max_length=8)
    currency = models.CharField(_("currency"), max_length=3)
    seller = models.JSONField(_("seller"))
    buyer = models.JSONField(_("buyer"))
    purchase_order = models.CharField(_("purchase order"), max_length=60, blank=True)
    net = models.BigIntegerField(_("without VAT"))
    vat = models.BigIntegerField(_("VAT"))
    owed = models.BigIntegerField(_("owed"), default=0)
    notes = models.JSONField(_("notes"), default=list)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(fields=["year", "position"], name="invoice_number_unique"),
            models.UniqueConstraint(
                fields=["account", "month"], condition=Q(kind="invoice"), name="invoice_one_a_month"
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{4}-[0-9]{6,7}$"), name="invoice_number_formed"),
            models.CheckConstraint(
                condition=Q(kind="invoice", owed__gte=0, owed__lte=F("net") + F("vat"))
                | Q(kind="credit_note", owed=0, net__lte=0, vat__lte=0),
                name="invoice_goes_its_way",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="invoice_month_is_one"),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None) | Q(kind="credit_note", corrects__isnull=False),
                name="invoice_credit_note_corrects",
            ),
        ]
        indexes = [models.Index(fields=["account", "-number"], name="invoice_by_account")]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What it comes to, VAT included."""
        return self.money(self.net + self.vat)

    def money(self, units: int) -> Money:
        """So many of the smallest unit as an amount of its currency."""
        return to_money(units, self.currency)


class InvoiceLine(AppendOnly):
    """A line of an invoice, in its language. ``quantity`` of ``unit`` at ``unit_price`` each; ``net`` rounded."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines", verbose_name=_("invoice"))
    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=2, default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price"), max_digits=18, decimal_places=4)
    net = models.BigIntegerField(_("without VAT"))
    vat = models.BigIntegerField(_("VAT"))
    rate = models.DecimalField(_("rate of VAT"), max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = _("line of an invoice")
        verbose_name_plural = _("lines of invoices")
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_unique")]

    def __str__(self) -> str:
        return self.title


class Recipient(models.Model):
    """An address that gets an account's invoices, besides or instead of members."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="recipients", verbose_name=_("account"))
    email = models.EmailField(_("e-mail"), max_length=254)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("recipient of invoices")
        verbose_name_plural = _("recipients of invoices")
        constraints = [
            models.UniqueConstraint("account", Lower("email"), name="recipient_once"),
            models.CheckConstraint(condition=~Q(email=""), name="recipient_has_address"),
        ]

    def __str__(self) -> str:
        return self.email


class TaxRateQuerySet(models.QuerySet["TaxRate"]):
    """Sets of rates."""

    def in_force(self, day: date) -> dict[str, Decimal]:
        """By the code of the country, those that count on a day."""
        return dict(self.filter(since__lte=day).order_by("since").values_list("country", "rate"))


class TaxRate(models.Model):
    """A rate of VAT that staff have set, from a day on; without one, that which ships counts (billing.taxes)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = models.CharField(_("country"), max_length=2)
    rate = models.DecimalField(_("rate in percent"), max_digits=4, decimal_places=2)
    since = models.DateField(_("since"))

    objects = TaxRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("rate of VAT")
        verbose_name_plural = _("rates of VAT")
        ordering = ["country", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["country", "since"], name="tax_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=100), name="tax_rate_in_percent"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="tax_rate_country_is_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rate} %"
