"""Mails and text messages."""

from typing import override

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.mail import Message
from outbox.models.delivery import Delivery


class Mail(Delivery):
    """One mail to one address.

    ``kind`` says what it is for (``invitation``, ``verification``, …); ``organization_id`` on whose behalf it goes.
    ``attached``: what goes with it, made when it is sent ("invoice:<id>"; console.registry.Attachment);
    ``bounced_at``: when we heard that it came back, for good, although it had left (outbox.bounces).
    """

    BODIES = ("text", "html")

    to = models.CharField(_("to"), max_length=320)
    from_address = models.CharField(_("from"), max_length=320)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    organization_id = models.UUIDField(_("organization"), null=True, blank=True)
    attached = models.CharField(_("attached"), max_length=80, blank=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)

    class Meta(Delivery.Meta):
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            *Delivery.Meta.constraints,
            models.CheckConstraint(name="outbox_mail_goes_to_somebody", condition=~Q(to="")),
        ]
        indexes = [
            *Delivery.Meta.indexes,
            # A day's allowance of invitations.
            models.Index(fields=["organization_id", "kind", "created_at"], name="outbox_mail_allowance"),
            models.Index(fields=["to"], name="outbox_mail_by_recipient"),
        ]

    @override
    def __str__(self) -> str:
        return self.subject

    def message(self) -> Message:
        """The mail as Django sends it; the same each time, ``Message-ID`` and ``Date`` included."""
        message = Message(self.subject, self.text, self.from_address, [self.to], headers=dict(self.headers))
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message


class TextMessage(Delivery):
    """One text message to one telephone number.

    ``number`` is in E.164 form; ``kind`` says what it is for; ``account_id`` whose account it concerns, for allowances.
    After ``expires_at`` its code is of no use: it is withdrawn instead of sent.
    """

    BODIES = ("text",)

    number = models.CharField(_("telephone number"), max_length=16)
    text = models.TextField(_("text"), blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    account_id = models.UUIDField(_("account"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta(Delivery.Meta):
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        constraints = [
            *Delivery.Meta.constraints,
            models.CheckConstraint(
                name="outbox_textmessage_number_is_e164", condition=Q(number__regex=r"^\+[1-9][0-9]{4,14}$")
            ),
        ]
        indexes = [
            *Delivery.Meta.indexes,
            # How many an hour there were.
            models.Index(fields=["number", "created_at"], name="outbox_text_by_number"),
            models.Index(fields=["account_id", "created_at"], name="outbox_text_by_account"),
        ]

    @override
    def __str__(self) -> str:
        return self.number

    @property
    @override
    def is_too_late(self) -> bool:
        """Whether its code has expired."""
        return timezone.now() >= self.expires_at
