"""Sessions: who is signed in where."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

# What a page that saves its session writes; when and where it was last used is written on its own.
STORED = ("session_data", "expire_date", "user_id", "methods", "signed_in_at")
# Of one account, at once: more are somebody's script. The one not used for longest ends (ASVS 7.1.2).
KEPT = 50


class SessionManager(BaseSessionManager["Session"]):
    """Finds sessions of people, and ends them."""

    def of(self, user_id: UUID) -> "models.QuerySet[Session]":
        """The sessions that a user is signed in with and that are not over, the last used first."""
        now = timezone.now()
        since = now - timedelta(days=settings.SESSION_MAX_DAYS)
        current = self.filter(user_id=user_id, expire_date__gt=now, signed_in_at__gt=since)
        return current.order_by("-last_active_at", "-id")

    def end_all(self, user_id: UUID, *, keep: str | None = None) -> int:
        """End every session of a user but the one with the key ``keep``; how many there were.

        Nothing is recorded: the caller's event says why.
        """
        return self.filter(user_id=user_id).exclude(session_key=keep).delete()[0]

    def drop_surplus(self, user_id: UUID) -> None:
        """End the sessions of a user beyond `KEPT`; one that is just signing in comes on top."""
        surplus = self.of(user_id).values_list("session_key", flat=True)[KEPT - 1 :]
        self.filter(session_key__in=list(surplus)).delete()


class Session(AbstractBaseSession):
    """One browser's session, signed in or not. Without its row a cookie is worth nothing (ASVS 7.4.1, 7.4.2).

    ``id`` stands in addresses, since ``session_key`` is the secret of the cookie; ``methods`` says how the person
    signed in, as `[{"method": "password", "at": 1763780000.1}, …]` in the order of the proofs. ``signed_in_at`` is
    empty while nobody is signed in; asking again who one is does not move it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    methods = models.JSONField(_("methods"), default=list)
    signed_in_at = models.DateTimeField(_("signed in"), null=True)
    last_active_at = models.DateTimeField(_("last active"), default=timezone.now)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["user", "-last_active_at"], name="session_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(signed_in_at__isnull=False), name="session_says_since_when"
            ),
        ]

    def __str__(self) -> str:
        # Django's says the key.
        return str(self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; of a session that is there, only what the page has changed."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = STORED
        super().save(*args, **kwargs)

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The engine, by its setting: it imports this model."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    @property
    def is_over(self) -> bool:
        """Whether its time since the sign-in is up, however much it was used (ASVS 7.3.2)."""
        return self.signed_in_at is not None and timezone.now() >= ends_at(self.signed_in_at)


def ends_at(signed_in_at: datetime) -> datetime:
    """When a session of that sign-in ends at the latest."""
    return signed_in_at + timedelta(days=settings.SESSION_MAX_DAYS)
