"""Where an organization's events are sent to as they happen."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizations.models.organization import Organization


class AuditStream(models.Model):
    """A receiver of an organization's events, in the order of its chain, each batch signed (Standard Webhooks).

    ``position``: the place in the chain (audit.models.Link) up to which everything has arrived: what comes after is
    sent next, as often as it takes, so that nothing is lost and nothing overtakes. ``secret``: sealed.
    ``failing_since`` and ``last_error``: since when, and why, nothing arrives.
    """

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="audit_stream", verbose_name=_("organization")
    )
    url = models.URLField(_("address"), max_length=500)
    secret = models.TextField(editable=False)
    is_on = models.BooleanField(_("on"), default=True)
    position = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)
    last_sent_at = models.DateTimeField(_("last sent"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit stream")
        verbose_name_plural = _("audit streams")
        indexes = [models.Index(fields=["due_at"], condition=Q(is_on=True), name="audit_stream_due")]

    def __str__(self) -> str:
        return f"{self.organization}"
