"""Recovery: the way back for who has lost every second factor."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

# How long the account's person has to hear of it and to stop it.
WAIT = timedelta(hours=24)
# How long an account must have had a factor before its use stops a recovery that was asked for.
SETTLED_AFTER = timedelta(days=7)


class RecoveryManager(models.Manager["Recovery"]):
    """Finds requests by what is to happen to them."""

    def waiting(self) -> "models.QuerySet[Recovery]":
        """Those that are open."""
        return self.filter(state=Recovery.State.WAITING)

    def due(self) -> "models.QuerySet[Recovery]":
        """Those that have waited long enough, the oldest first."""
        return self.waiting().filter(due_at__lte=timezone.now()).order_by("due_at", "pk")


class Recovery(models.Model):
    """A request to remove all second factors of an account, by somebody who has passed the first one.

    It waits until ``due_at``; meanwhile the link in a mail to each verified address, or a second factor that the
    account has had for `SETTLED_AFTER`, cancels it. ``password`` is the keyed digest of the password hash that it was
    asked with: another password voids it. It is empty where the console itself began it, everybody being shut out.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        CANCELLED = "cancelled", _("cancelled")
        COMPLETED = "completed", _("completed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recoveries")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    password = models.CharField(max_length=128, blank=True, editable=False)

    objects: ClassVar[RecoveryManager] = RecoveryManager()

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state="waiting"), name="recovery_one_open_for_each_user"
            ),
            models.CheckConstraint(
                name="recovery_decided_or_waiting",
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="recovery_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_waiting(self) -> bool:
        """Whether it is open."""
        return self.state == self.State.WAITING

    def decide(self, state: State) -> None:
        """Close it."""
        self.state, self.decided_at = state, timezone.now()
        self.save(update_fields=["state", "decided_at"])
