"""Signed calls to programs of the company: to whom, and what; and which of their own calls we have taken."""

from datetime import timedelta
from typing import ClassVar, Self, override

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from outbox.leases import pause_after
from outbox.models.delivery import Delivery, DeliveryQuerySet
from outbox.signing import Signing

# However often an endpoint has failed: a program that comes back is not kept waiting longer.
LONGEST_REST = timedelta(minutes=1)
# How long we know which messages of an endpoint we have taken: far longer than an old signature counts.
KEPT = timedelta(days=1)


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Sets of endpoints."""

    def awake(self) -> Self:
        """Those that may be called now."""
        return self.filter(Q(resting_until=None) | Q(resting_until__lte=timezone.now()), is_on=True)


class Endpoint(Signing):
    """A program of the company that is called, and that may report back signed with the same secret. Staff edit it.

    ``failures``: how often in a row it could not be called at all; ``resting_until``: until when nothing is tried, so
    that a program that is down or slow keeps no worker busy with all that waits for it.
    """

    PURPOSE = "outbox.endpoint"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500)
    is_on = models.BooleanField(_("on"), default=True, help_text=_("While it is off, what is for it waits."))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    resting_until = models.DateTimeField(_("rests until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="endpoint_has_name"),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
                name="endpoint_former_secret_ends",
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    def note_failure(self) -> None:
        """It cannot be called: let it rest, longer each time, up to a minute."""
        until = timezone.now() + min(pause_after(self.failures + 1), LONGEST_REST)
        type(self).objects.filter(pk=self.pk).update(failures=F("failures") + 1, resting_until=until)

    def note_answer(self) -> None:
        """It answers: what waits for it is due."""
        troubled = type(self).objects.filter(pk=self.pk).exclude(failures=0, resting_until=None)
        troubled.update(failures=0, resting_until=None)


class WebhookQuerySet(DeliveryQuerySet["Webhook"]):
    """Webhooks that wait for their turn."""

    @override
    def due(self) -> Self:
        """Those that wait, whose endpoint may be called, and before which nothing of the same subject is under way."""
        now = timezone.now()
        under_way = Q(state=Delivery.State.WAITING) | Q(claimed_until__gt=now)
        earlier = Webhook.objects.filter(under_way, subject_id=OuterRef("subject_id"), pk__lt=OuterRef("pk"))
        awake = Endpoint.objects.awake().filter(pk=OuterRef("endpoint"))
        return super().due().filter(~Exists(earlier), Exists(awake))

    @override
    def overdue(self, by: timedelta) -> Self:
        """Those that only workers keep waiting: not an endpoint that fails or is off, nor what goes before them."""
        return self.due().filter(due_at__lt=timezone.now() - by, endpoint__failures=0)


class Webhook(Delivery):
    """One signed call to an endpoint (Standard Webhooks); its id is the message's, the same at each attempt.

    ``kind``: what happened ("service.create"); ``subject_id``: what it is about: calls about the same go in the order
    in which they were written; ``body``: JSON. ``status``: of the last answer, where there was one.
    """

    BODIES = ("body",)
    LEARNED = ("status",)
    PATIENCE = timedelta(days=1)

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="webhooks", verbose_name=_("endpoint"))
    kind = models.CharField(_("kind"), max_length=40)
    subject_id = models.UUIDField(_("subject"))
    organization_id = models.UUIDField(_("organization"), null=True, blank=True)
    body = models.TextField(_("body"), blank=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True, blank=True)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta(Delivery.Meta):
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes = [
            *Delivery.Meta.indexes,
            models.Index(fields=["subject_id", "id"], name="outbox_webhook_by_subject"),
        ]

    @override
    def __str__(self) -> str:
        return self.kind


class Receipt(models.Model):
    """A message of an endpoint that we have taken: sent again, it gets the same answer, and nothing is done again.

    ``message_id``: its ``webhook-id``; ``digest``: of what it was (SHA-256, hexadecimal), since another message under
    the same id is a mistake of the sender's; ``answer``: what we said.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="+", verbose_name=_("endpoint"))
    message_id = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("message of an endpoint")
        verbose_name_plural = _("messages of endpoints")
        constraints = [models.UniqueConstraint(fields=["endpoint", "message_id"], name="receipt_once")]

    @override
    def __str__(self) -> str:
        return self.message_id
