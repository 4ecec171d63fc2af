"""Browsers: where a person has signed in before, and which of them they trust."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7


class BrowserManager(models.Manager["Browser"]):
    """Finds browsers of people."""

    def trusted_by(self, user_id: UUID) -> "models.QuerySet[Browser]":
        """The browsers in which a user's password is enough, the last seen first."""
        return self.filter(user_id=user_id, trusted_until__gt=timezone.now()).order_by("-last_seen_at", "-id")


class Browser(models.Model):
    """A browser in which one user has signed in; another user of the same browser has a row of their own.

    The browser holds a random value in a cookie, the row only its keyed digest: who reads the table gets no cookie.
    Until ``trusted_until`` signing in there takes no second factor.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="browsers")
    digest = models.CharField(max_length=64, editable=False)
    device = models.CharField(_("device"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    trusted_until = models.DateTimeField(_("trusted until"), null=True)

    objects: ClassVar[BrowserManager] = BrowserManager()

    class Meta:
        verbose_name = _("browser")
        verbose_name_plural = _("browsers")
        # The digest first: a renewed cookie takes all users of the browser along.
        constraints = [models.UniqueConstraint(fields=["digest", "user"], name="browser_once_for_each_user")]
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="browser_by_user")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_trusted(self) -> bool:
        """Whether signing in here takes no second factor at this moment."""
        return self.trusted_until is not None and self.trusted_until > timezone.now()
