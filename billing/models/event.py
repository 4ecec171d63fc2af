"""What gateways tell us, as it came: kept for a person to see."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.payment import EXTERNAL_LENGTH, Payment
from console.ids import uuid7


class GatewayEvent(models.Model):
    """One message of a gateway, signed by it; sent again it is the same row.

    ``external_id``: the gateway's; ``body``: JSON as it came; ``note``: what became of it, a sentence in English that
    names nobody.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", pgettext_lazy("event", "waiting")
        DONE = "done", pgettext_lazy("event", "done")
        # Nothing that concerns us, or that was not known already.
        IGNORED = "ignored", pgettext_lazy("event", "without effect")
        # It says something that cannot be right: staff look at it.
        ODD = "odd", pgettext_lazy("event", "to be looked at")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.CharField(_("gateway"), max_length=20)
    external_id = models.CharField(_("id at the gateway"), max_length=EXTERNAL_LENGTH)
    kind = models.CharField(_("kind"), max_length=80)
    body = models.JSONField(_("body"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    note = models.CharField(_("note"), max_length=200, blank=True)
    payment = models.ForeignKey(
        Payment, models.SET_NULL, null=True, blank=True, related_name="events", verbose_name=_("payment")
    )
    times = models.PositiveIntegerField(_("times that it came"), default=1)
    received_at = models.DateTimeField(_("received"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("message of a gateway")
        verbose_name_plural = _("messages of gateways")
        constraints = [models.UniqueConstraint(fields=["gateway", "external_id"], name="gateway_event_once")]

    def __str__(self) -> str:
        return self.kind


class RefusedEvent(models.Model):
    """Calls to a gateway's address that were not signed as they should be, or too old: by reason, for each hour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.CharField(_("gateway"), max_length=20)
    reason = models.CharField(_("reason"), max_length=40)
    hour = models.DateTimeField(_("hour"))
    times = models.PositiveIntegerField(_("times"), default=1)
    # The last of them, cut off: for a person who wonders what it was.
    sample = models.CharField(_("the last one"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("refused message")
        verbose_name_plural = _("refused messages")
        constraints = [models.UniqueConstraint(fields=["gateway", "reason", "hour"], name="refused_event_by_hour")]

    def __str__(self) -> str:
        return self.reason
