"""What awaits somebody in the console, and which mails somebody does not want."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.counting import CappedCount
from console.ids import uuid7

# The bell, which every page shows, counts this far.
COUNTED = 99


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Sets of notifications."""

    def awaiting(self) -> "NotificationQuerySet":
        """Those that still await their user: neither settled nor out of time."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), settled_at=None)

    def number_of(self, user: OuterRef) -> CappedCount:
        """How many of these are the user's of an outer query, `COUNTED` at most: an expression for it."""
        return CappedCount(self.filter(user=user), COUNTED)


class Notification(models.Model):
    """Something that awaits one user, who finds it behind the bell and settles it on the page at ``address``.

    ``kind`` is a registered one (console.registry.NotificationKind), ``target_id`` what it is about, which awaits the
    user once at most; ``organization_id``: whose news it is, a plain id; ``names``: what its sentence says, forgotten
    with its end; ``expires_at``: when it ends by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=20)
    target_id = models.UUIDField()
    organization_id = models.UUIDField(null=True)
    address = models.CharField(_("address"), max_length=200)
    names = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), null=True)
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "target_id"], name="notification_once")]
        indexes = [
            # What every page counts for the bell.
            models.Index(fields=["user", "-created_at"], condition=Q(settled_at=None), name="notification_awaiting"),
            models.Index(fields=["kind", "target_id"], name="notification_by_target"),
            models.Index(fields=["settled_at"], condition=~Q(settled_at=None), name="notification_by_end"),
            models.Index(fields=["expires_at"], condition=~Q(expires_at=None), name="notification_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.kind


class MailChoice(models.Model):
    """A kind of optional mail (console.registry.MailKind) that a user has switched off; without a row it comes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choices", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=20)
    made_at = models.DateTimeField(_("switched off"), default=timezone.now)

    class Meta:
        verbose_name = _("mail that is not wanted")
        verbose_name_plural = _("mails that are not wanted")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_choice_once")]

    def __str__(self) -> str:
        return self.kind
