"""The ledger: what came in and went out, once, and what there was after it."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from moneyed import Money

from audit.models import AppendOnly
from billing.amounts import MOST
from billing.models.account import Account
from billing.models.charge import Charge
from billing.models.payment import Payment, Refund
from billing.models.promotion import Promotion
from console.ids import uuid7

KEY_LENGTH = 120
NOTE_LENGTH = 200


class Reason(models.TextChoices):
    """Why funds change."""

    TOP_UP = "top_up", pgettext_lazy("funds", "payment")
    REFUND = "refund", pgettext_lazy("funds", "refund")
    DISPUTE = "dispute", pgettext_lazy("funds", "disputed payment")
    DISPUTE_WON = "dispute_won", pgettext_lazy("funds", "dispute decided for us")
    SUBSCRIPTION = "subscription", pgettext_lazy("funds", "subscription")
    USAGE = "usage", pgettext_lazy("funds", "usage")
    PROMOTION = "promotion", pgettext_lazy("funds", "promotional credit")
    EXPIRY = "expiry", pgettext_lazy("funds", "promotional credit ended")
    CREDIT = "credit", pgettext_lazy("funds", "credit by our staff")
    CREDIT_NOTE = "credit_note", pgettext_lazy("funds", "credit note")
    CORRECTION = "correction", pgettext_lazy("funds", "correction")


# What may take more than there is: it has happened already, and is owed.
OVERDRAWS = frozenset({Reason.USAGE, Reason.DISPUTE, Reason.CORRECTION})
COMES_IN = frozenset({Reason.TOP_UP, Reason.DISPUTE_WON, Reason.PROMOTION, Reason.CREDIT, Reason.CREDIT_NOTE})
GOES_OUT = frozenset({Reason.REFUND, Reason.DISPUTE, Reason.EXPIRY})


class Entry(AppendOnly):
    """One change of an account's funds; never changed itself: what was wrong is corrected by another one.

    ``number``: counts those of the account from 1, without gaps; ``amount``: in the smallest unit, above zero where it
    comes in; ``balance``: what there is after it. A trigger lets an entry in only where it follows the one before.
    ``key``: says what it is for ("payment:<id>"), so that it is written once, however often that is asked for. One of
    the references says what it is about; ``note``: what staff said why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", verbose_name=_("account"))
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    amount = models.BigIntegerField(_("amount"))
    balance = models.BigIntegerField(_("balance"))
    key = models.CharField(_("key"), max_length=KEY_LENGTH, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="entries")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, blank=True, related_name="entry")
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, blank=True, related_name="entries")
    promotion = models.ForeignKey(Promotion, models.PROTECT, null=True, blank=True, related_name="entries")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["account", "number"]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="entry_number_unique"),
            models.CheckConstraint(
                condition=~Q(amount=0) & Q(amount__gte=-MOST, amount__lte=MOST), name="entry_moves_something"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="entry_has_key"),
            models.UniqueConstraint(fields=["payment"], condition=Q(reason="top_up"), name="entry_payment_once"),
            models.UniqueConstraint(
                fields=["promotion", "reason"], condition=Q(promotion__isnull=False), name="entry_promotion_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) | Q(balance__gte=0) | Q(reason__in=sorted(OVERDRAWS)),
                name="entry_is_covered",
            ),
            models.CheckConstraint(
                condition=(Q(reason__in=sorted(COMES_IN), amount__gt=0))
                | (Q(reason__in=sorted(GOES_OUT), amount__lt=0))
                | Q(reason__in=[Reason.SUBSCRIPTION, Reason.USAGE, Reason.CORRECTION]),
                name="entry_goes_its_way",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["top_up", "dispute", "dispute_won"], payment__isnull=False)
                | Q(reason="refund", refund__isnull=False)
                | Q(reason__in=["subscription", "usage", "credit_note"], charge__isnull=False)
                | Q(reason__in=["promotion", "expiry"], promotion__isnull=False)
                | Q(reason="correction", corrects__isnull=False)
                | (Q(reason="credit") & ~Q(note="")),
                name="entry_says_what_for",
            ),
        ]
        indexes = [models.Index(fields=["account", "-at"], name="entry_by_time")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.number}"

    @property
    def organization_id(self) -> UUID:
        """The organization's, also where that is gone."""
        return self.account_id

    @property
    def money(self) -> Money:
        """What came in, or went out."""
        return self.account.money(self.amount)

    @property
    def funds(self) -> Money:
        """What there was after it."""
        return self.account.money(self.balance)
