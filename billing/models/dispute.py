"""Payments that whoever paid wants back through their bank."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from moneyed import Money

from billing.models.payment import EXTERNAL_LENGTH, Payment
from console.ids import uuid7


class Dispute(models.Model):
    """A dispute at a gateway, as far as it has told of it: once decided it stays so, in whatever order it is told.

    ``amount``: in the smallest unit; ``taken``: what of it is out of the funds, which is what of the payment there was
    to take; nothing where it was won.
    """

    class State(models.TextChoices):
        """Where a dispute stands."""

        OPEN = "open", pgettext_lazy("dispute", "open")
        # It stays ours.
        WON = "won", pgettext_lazy("dispute", "decided for us")
        LOST = "lost", pgettext_lazy("dispute", "decided against us")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes", verbose_name=_("payment"))
    gateway = models.CharField(_("gateway"), max_length=20)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH)
    amount = models.BigIntegerField(_("amount"))
    taken = models.BigIntegerField(_("out of the funds"), default=0)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(fields=["gateway", "external_id"], name="dispute_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, taken__lte=F("amount"), amount__gt=0), name="dispute_takes_something"
            ),
            models.CheckConstraint(condition=~Q(state="won") | Q(taken=0), name="dispute_won_takes_nothing"),
        ]

    def __str__(self) -> str:
        return str(self.money)

    @property
    def money(self) -> Money:
        """How much of the payment is disputed."""
        return self.payment.account.money(self.amount)
