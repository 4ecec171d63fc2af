"""What the sandbox gateway knows, as if it were somebody else's: no money moves, and no card number is kept.

Nothing of ours refers to these rows but by the ids that a gateway would give; they refer to ours by the ids alone.
"""

from typing import ClassVar, Self, override

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from outbox.leases import LeasedQuerySet


class SandboxCard(models.Model):
    """A card that the sandbox keeps for a customer; ``behaviour``: what comes of charging it (sandbox.cards)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.CharField(max_length=40)
    behaviour = models.CharField(_("behaviour"), max_length=20)
    last4 = models.CharField(_("last digits"), max_length=4)
    expires_year = models.PositiveSmallIntegerField()
    expires_month = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("card of the sandbox")
        verbose_name_plural = _("cards of the sandbox")

    def __str__(self) -> str:
        return f"•••• {self.last4}"


class SandboxPayment(models.Model):
    """A payment at the sandbox; ``reference``: the id of ours, for which there is one, however often it is begun.

    ``card``: the one that it is paid with; ``is_kept``: whether that stays for later; ``back``: where the person
    returns; ``silent_until``: until when the sandbox does not answer what became of it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", pgettext_lazy("payment", "open")
        CHALLENGED = "challenged", pgettext_lazy("payment", "being confirmed")
        PROCESSING = "processing", pgettext_lazy("payment", "processing")
        PAID = "paid", pgettext_lazy("payment", "paid")
        FAILED = "failed", pgettext_lazy("payment", "failed")
        ABANDONED = "abandoned", pgettext_lazy("payment", "not completed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.UUIDField(unique=True)
    customer = models.CharField(max_length=40)
    # In the smallest unit; nothing where only a card is kept.
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    card = models.ForeignKey(SandboxCard, models.SET_NULL, null=True, blank=True, related_name="+")
    is_kept = models.BooleanField(default=False)
    back = models.URLField(max_length=2000)
    problem = models.CharField(max_length=200, blank=True)
    silent_until = models.DateTimeField(null=True, blank=True)
    refunded = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("payment at the sandbox")
        verbose_name_plural = _("payments at the sandbox")
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0, amount__gte=models.F("refunded")), name="sandbox_gives_back_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SandboxRefund(models.Model):
    """Money that the sandbox gave back, once for each of our refunds (``reference``)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.UUIDField(unique=True)
    payment = models.ForeignKey(SandboxPayment, models.CASCADE, related_name="refunds")
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("refund at the sandbox")
        verbose_name_plural = _("refunds at the sandbox")

    def __str__(self) -> str:
        return str(self.id)


class SandboxEventQuerySet(LeasedQuerySet["SandboxEvent"]):
    """Sets of messages of the sandbox."""

    @override
    def due(self) -> Self:
        """Those that are to be sent now."""
        return super().due().filter(sent_at=None)


class SandboxEvent(models.Model):
    """A message that the sandbox sends to us; written with the change that it tells of, and sent until it is taken.

    ``moves_to``: what its payment becomes when it is sent, where it tells of something that takes its time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(SandboxPayment, models.CASCADE, related_name="events")
    body = models.JSONField()
    moves_to = models.CharField(max_length=10, blank=True, choices=SandboxPayment.State)
    sent_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0)

    objects: ClassVar[SandboxEventQuerySet] = SandboxEventQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("message of the sandbox")
        verbose_name_plural = _("messages of the sandbox")
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="sandbox_event_due")]

    def __str__(self) -> str:
        return str(self.id)
