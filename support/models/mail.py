"""Mails that came back to a ticket."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from support.models.ticket import Message


class InboundMail(models.Model):
    """A mail that the provider handed over, once by its Message-ID: what became of it, for staff.

    Of one that was refused nothing is kept but why; a stranger's text has no place here.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", pgettext_lazy("inbound mail", "taken")
        REFUSED = "refused", pgettext_lazy("inbound mail", "refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mail_id = models.CharField(_("Message-ID"), max_length=255, unique=True)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome)
    # In English, marked for translation, without names.
    problem = models.CharField(_("problem"), max_length=200, blank=True)
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    created_at = models.DateTimeField(_("came"), auto_now_add=True)

    class Meta:
        verbose_name = _("inbound mail")
        verbose_name_plural = _("inbound mails")
        constraints = [
            # Its message may be deleted later: with its organization.
            models.CheckConstraint(
                condition=models.Q(outcome="taken", problem="")
                | (models.Q(outcome="refused", message=None) & ~models.Q(problem="")),
                name="inbound_mail_refused_for_something",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="inbound_mail_by_time")]

    def __str__(self) -> str:
        return self.mail_id
