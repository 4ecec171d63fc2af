"""Whose money it is: one account for each organization, which nothing is ever moved to or from another one of."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.amounts import MOST, to_money
from organizations.models import Organization

PURCHASE_ORDER_LENGTH = 60


class AccountQuerySet(models.QuerySet["Account"]):
    """Sets of accounts."""

    def lock(self, pk: UUID) -> "Account":
        """The account, locked until the transaction ends. The organization's lock is taken before, where both are.

        Raises Account.DoesNotExist.
        """
        return self.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=pk)

    def of(self, organization: Organization) -> "Account":
        """The account of an organization, to be read: one that has none yet gets an empty one, which is not saved."""
        found = self.filter(pk=organization.pk).first() or Account.new(organization)
        found.organization = organization
        return found

    def past_due(self) -> Self:
        """Those that owe something."""
        return self.filter(past_due_since__isnull=False)

    def owing(self) -> Self:
        """The same, and those of which it was not noted yet."""
        return self.past_due() | self.filter(balance__lt=0)


class Account(models.Model):
    """The funds of one organization, in one currency, and how they are looked after (text 004: its own, from 0).

    Its id is the organization's, which may be gone for good: what was paid and billed stays, as the law asks.
    ``balance``: in the smallest unit; what the last entry says, and the database lets nothing else be written;
    ``last_number``: of that entry. Below zero it is owed. ``low_below``: from where on who pays is told;
    ``low_told_at``: when they were, until it is above again. ``refill_below`` and ``refill_amount``: below which, and
    by how much, it is topped up by itself; ``refill_failures``: how often in a row that has failed, after which it
    rests until ``refill_paused_until``. ``past_due_since``: since when something is owed; ``reminders``: how often
    that was said.
    ``first_paid_at``: when the first payment came in. ``trial_used_at``: when a plan was tried, once in its life.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organization = models.OneToOneField(
        Organization,
        models.SET_NULL,
        null=True,
        related_name="billing_account",
        verbose_name=_("organization"),
    )
    currency = models.CharField(_("currency"), max_length=3)
    balance = models.BigIntegerField(_("balance"), default=0, editable=False)
    last_number = models.PositiveBigIntegerField(default=0, editable=False)
    low_below = models.BigIntegerField(_("low below"), null=True, blank=True)
    low_told_at = models.DateTimeField(null=True, editable=False)
    refill_below = models.BigIntegerField(_("topped up below"), null=True, blank=True)
    refill_amount = models.BigIntegerField(_("topped up by"), null=True, blank=True)
    refill_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    refill_paused_until = models.DateTimeField(_("not topped up until"), null=True, editable=False)
    purchase_order = models.CharField(_("purchase order"), max_length=PURCHASE_ORDER_LENGTH, blank=True)
    language = models.CharField(_("language of invoices"), max_length=8, choices=settings.LANGUAGES, blank=True)
    # Who it was made out to when the organization ended (actions.invoices.parties); empty while that is there.
    buyer = models.JSONField(default=dict, editable=False)
    past_due_since = models.DateTimeField(_("past due since"), null=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    first_paid_at = models.DateTimeField(_("first paid"), null=True, editable=False)
    trial_used_at = models.DateTimeField(_("trial used"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("billing account")
        verbose_name_plural = _("billing accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(organization=None) | Q(id=F("organization_id")), name="account_is_its_organizations"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_a_code"),
            models.CheckConstraint(condition=Q(balance__gte=-MOST, balance__lte=MOST), name="account_balance_bounded"),
            models.CheckConstraint(condition=~Q(last_number=0) | Q(balance=0), name="account_begins_at_zero"),
            models.CheckConstraint(
                condition=Q(refill_below=None, refill_amount=None) | Q(refill_below__gte=0, refill_amount__gt=0),
                name="account_refill_is_whole",
            ),
            models.CheckConstraint(condition=Q(low_below=None) | Q(low_below__gte=0), name="account_low_is_not_owed"),
        ]
        indexes = [
            models.Index(fields=["past_due_since"], condition=Q(past_due_since__isnull=False), name="account_past_due"),
        ]

    def __str__(self) -> str:
        return str(self.organization) if self.organization else str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save all but the balance, which entries alone change."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kept = {"balance", "last_number", "id"}
            kwargs["update_fields"] = [field.name for field in self._meta.fields if field.name not in kept]
        super().save(*args, **kwargs)

    @classmethod
    def new(cls, organization: Organization) -> Self:
        """An empty account of an organization, not saved."""
        return cls(id=organization.pk, organization=organization, currency=settings.CURRENCY)

    @property
    def funds(self) -> Money:
        """What there is; below zero: what is owed."""
        return self.money(self.balance)

    def money(self, units: int) -> Money:
        """So many of the smallest unit as an amount of this account's currency."""
        return to_money(units, self.currency)
