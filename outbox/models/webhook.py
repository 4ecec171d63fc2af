"""Signed calls to programs of the company: to whom, and what."""

from datetime import timedelta
from typing import ClassVar, Self, override

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from outbox.models.delivery import Delivery, DeliveryQuerySet
from outbox.signing import Signing


class Endpoint(Signing):
    """A program of the company that is called, and that may report back signed with the same secret. Staff edit it."""

    PURPOSE = "outbox.endpoint"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500)
    is_on = models.BooleanField(_("on"), default=True, help_text=_("While it is off, what is for it waits."))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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


class WebhookQuerySet(DeliveryQuerySet["Webhook"]):
    """Webhooks that wait for their turn."""

    @override
    def due(self) -> Self:
        """Those that wait, whose endpoint is on, and before which nothing of the same subject is under way."""
        now = timezone.now()
        under_way = Q(state=Delivery.State.WAITING) | Q(claimed_until__gt=now)
        earlier = Webhook.objects.filter(under_way, subject_id=OuterRef("subject_id"), pk__lt=OuterRef("pk"))
        return super().due().filter(~Exists(earlier), endpoint__is_on=True)


class Webhook(Delivery):
    """One signed call to an endpoint (Standard Webhooks); its id is the message's, the same at each attempt.

    ``kind``: what happened ("service.create"); ``subject_id``: what it is about: calls about the same go in the order
    in which they were written; ``body``: JSON. ``status``: of the last answer, where there was one.
    """

    BODIES = ("body",)
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
