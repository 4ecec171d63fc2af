"""What an organization subscribes to, period by period."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.account import Account
from billing.models.charge import Charge
from billing.models.plan import Interval, Plan
from console.ids import uuid7

# For how long a plan goes on while something is due, and then the suspension, before the subscription ends (issue 7).
GRACE = timedelta(days=7)
LONGEST_SUSPENSION = timedelta(days=60)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Sets of subscriptions."""

    def current(self) -> "SubscriptionQuerySet":
        """Those that go on: at most one of an account."""
        return self.exclude(state=Subscription.State.ENDED)

    def due(self) -> "SubscriptionQuerySet":
        """Those whose period is over."""
        return self.current().filter(period_end__lte=timezone.now())


class Subscription(models.Model):
    """That an account pays for a plan, an interval at a time and ahead. Who has none has the standard plan.

    ``anchor``: when the period of the number ``first`` begins, from which on they are counted (billing.periods);
    ``number``: of the present one, from 0, which goes from ``period_start`` to ``period_end``; during a trial that is
    the trial, and nothing was charged yet.
    ``ends``: whether it ends with the period; ``next_plan`` and ``next_interval``: what it changes to then.
    ``past_due``: the next period could not be charged; it goes on as it is until the account's grace is over.
    ``price_told``: what people were told that the next period costs, without VAT and in the smallest unit.
    """

    class State(models.TextChoices):
        """Where a subscription stands."""

        TRIAL = "trial", pgettext_lazy("subscription", "trial")
        ACTIVE = "active", pgettext_lazy("subscription", "active")
        PAST_DUE = "past_due", pgettext_lazy("subscription", "past due")
        ENDED = "ended", pgettext_lazy("subscription", "ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="subscriptions", verbose_name=_("account"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions", verbose_name=_("plan"))
    interval = models.CharField(_("interval"), max_length=5, choices=Interval)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    anchor = models.DateTimeField(_("counted from"))
    first = models.PositiveIntegerField(_("first period from there"), default=0)
    number = models.PositiveIntegerField(_("period"), default=0)
    period_start = models.DateTimeField(_("period begins"))
    period_end = models.DateTimeField(_("period ends"))
    ends = models.BooleanField(_("ends with the period"), default=False)
    next_plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changes to")
    )
    next_interval = models.CharField(_("next interval"), max_length=5, choices=Interval, blank=True)
    price_told = models.BigIntegerField(_("price that they know"))
    # Told that the trial, or a year that was paid for, is over soon.
    told_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=~Q(state="ended"), name="subscription_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(state__in=["trial", "active", "past_due", "ended"]), name="subscription_state_known"
            ),
            models.CheckConstraint(condition=Q(state="ended") ^ Q(ended_at=None), name="subscription_ended_at_a_time"),
            models.CheckConstraint(condition=Q(first__lte=F("number")), name="subscription_counts_up"),
            models.CheckConstraint(condition=Q(period_start__lt=F("period_end")), name="subscription_period_lasts"),
            models.CheckConstraint(
                condition=Q(next_plan=None) ^ ~Q(next_interval=""), name="subscription_change_is_whole"
            ),
            models.CheckConstraint(condition=Q(ends=False) | Q(next_plan=None), name="subscription_ends_or_changes"),
            models.CheckConstraint(condition=Q(price_told__gte=0), name="subscription_price_is_one"),
        ]
        indexes = [
            models.Index(fields=["period_end"], condition=~Q(state="ended"), name="subscription_due"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} ({self.get_interval_display()})"

    @property
    def coming(self) -> tuple[Plan, str]:
        """The plan and the interval of the next period."""
        return (self.next_plan, self.next_interval) if self.next_plan else (self.plan, self.interval)

    @property
    def is_trial(self) -> bool:
        """Whether it is being tried, and nothing was charged yet."""
        return self.state == self.State.TRIAL

    @property
    def is_past_due(self) -> bool:
        """Whether its next period could not be charged."""
        return self.state == self.State.PAST_DUE


class Period(models.Model):
    """A period of a subscription that was charged, once: the database has room for one of each number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="periods")
    number = models.PositiveIntegerField(_("number"))
    start = models.DateTimeField(_("begins"))
    end = models.DateTimeField(_("ends"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("plan"))
    # What all of it costs by that plan, without VAT and in the smallest unit: what is unused of it counts when the plan
    # changes.
    net = models.BigIntegerField(_("price"))
    charge = models.OneToOneField(Charge, models.PROTECT, null=True, related_name="period", verbose_name=_("charge"))

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="period_charged_once"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="period_lasts"),
            models.CheckConstraint(condition=Q(net__gte=0), name="period_price_is_one"),
        ]

    def __str__(self) -> str:
        return str(self.number)
