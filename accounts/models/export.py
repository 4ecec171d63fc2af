"""Exports of a person's own data: asked for, made by the worker, there for a day."""

from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbox.models import LEASE, Delivery

# How long the file of an export is kept.
VALID = timedelta(days=1)

type Status = Literal["waiting", "working", "ready", "failed", "expired"]


class DataExport(Delivery):
    """One export of all that Console holds about a person, as a file that only they can fetch.

    Claimed and tried again as every delivery; *sent* means that the file is there. ``progress`` is in percent,
    ``file`` the name in the default storage (empty before and afterwards), ``size`` in bytes.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports", verbose_name=_("user"))
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    file = models.CharField(_("file"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta(Delivery.Meta):
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        constraints = [
            *Delivery.Meta.constraints,
            models.UniqueConstraint(fields=["user"], condition=models.Q(state="waiting"), name="one_export_at_a_time"),
        ]
        indexes = [
            *Delivery.Meta.indexes,
            models.Index(fields=["expires_at"], condition=~models.Q(file=""), name="data_export_by_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.created_at)

    @property
    def status(self) -> Status:
        """Where it stands, as a person sees it."""
        now = timezone.now()
        if self.state == self.State.WAITING:
            return "working" if self.claimed_until and self.claimed_until > now else "waiting"
        if self.state == self.State.SENT and self.file and self.expires_at and self.expires_at > now:
            return "ready"
        return "failed" if self.state == self.State.FAILED else "expired"

    def note_progress(self, percent: int) -> bool:
        """Say how far it is, and keep the claim for another lease; whether it is still this worker's."""
        self.progress, self.claimed_until = percent, timezone.now() + LEASE
        return self._update(self._mine(), "progress", "claimed_until")

    def finish(self, file: str, size: int) -> bool:
        """The file is there; whether this worker was the one to make it."""
        now = timezone.now()
        self.state, self.sent_at, self.expires_at, self.claimed_until = self.State.SENT, now, now + VALID, None
        self.file, self.size, self.progress, self.last_error = file, size, 100, ""
        return self._update(
            self._mine(), "state", "sent_at", "expires_at", "claimed_until", "file", "size", "progress", "last_error"
        )

    def _mine(self) -> models.Q:
        # A claim that has run out and that somebody else has taken counts one attempt more.
        return models.Q(state=self.State.WAITING, attempts=self.attempts)
