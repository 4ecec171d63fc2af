"""Promotional credit: funds that are spent first, are never paid out, and end."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.models.account import Account
from console.ids import uuid7

# How long before it ends those who pay are told of what is left.
TOLD_BEFORE = timedelta(days=7)


class PromotionQuerySet(models.QuerySet["Promotion"]):
    """Sets of promotional credits."""

    def with_something_left(self) -> "PromotionQuerySet":
        """Those that are not used up, in the order in which they are spent: what ends first, first."""
        return self.filter(left__gt=0).order_by("ends_at", "id")

    def over(self) -> "PromotionQuerySet":
        """Those of which something is left although they have ended."""
        return self.with_something_left().filter(ends_at__lte=timezone.now())

    def ending_untold(self) -> "PromotionQuerySet":
        """Those of which something is left that soon ends, and nobody was told."""
        now = timezone.now()
        return self.with_something_left().filter(ends_at__gt=now, ends_at__lte=now + TOLD_BEFORE, told_at=None)


class Promotion(models.Model):
    """Credit that was given, in the smallest unit; ``left``: what is not spent of it; it is gone at ``ends_at``.

    ``told_at``: when those who pay were told that it ends soon.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="promotions", verbose_name=_("account"))
    amount = models.BigIntegerField(_("amount"))
    left = models.BigIntegerField(_("left"))
    ends_at = models.DateTimeField(_("ends"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("promotional credit")
        verbose_name_plural = _("promotional credits")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promotion_gives_something"),
            models.CheckConstraint(condition=Q(left__gte=0, left__lte=F("amount")), name="promotion_left_of_it"),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(left__gt=0), name="promotion_ends")]

    def __str__(self) -> str:
        return str(self.money)

    @property
    def money(self) -> Money:
        """What was given."""
        return self.account.money(self.amount)

    @property
    def money_left(self) -> Money:
        """What is left of it."""
        return self.account.money(self.left)
