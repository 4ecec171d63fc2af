"""Sessions: who is signed in where."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

# What a page that saves its session writes; when and where it was last used is written on its own.
STORED = ("session_data", "expire_date", "user_id", "methods")


class SessionManager(BaseSessionManager["Session"]):
    """Finds sessions of people."""

    def of(self, user_id: UUID) -> "models.QuerySet[Session]":
        """The sessions that a user is signed in with and that have not expired, the last used first."""
        return self.filter(user_id=user_id, expire_date__gt=timezone.now()).order_by("-last_active_at", "-id")


class Session(AbstractBaseSession):
    """One browser's session, signed in or not. Without its row a cookie is worth nothing (ASVS 7.4.1, 7.4.2).

    ``id`` stands in addresses, since ``session_key`` is the secret of the cookie; ``methods`` says how the person
    signed in, as `[{"method": "password", "at": 1763780000.1}, …]` in the order of the proofs.
    """

    id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    methods = models.JSONField(_("methods"), default=list)
    signed_in_at = models.DateTimeField(_("signed in"), default=timezone.now)
    last_active_at = models.DateTimeField(_("last active"), default=timezone.now)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        indexes = [models.Index(fields=["user", "-last_active_at"], name="session_by_user")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; of a session that is there, only what the page has changed."""
        if kwargs.get("force_update"):
            kwargs["update_fields"] = STORED
        super().save(*args, **kwargs)
