"""Authenticator apps: codes that change every 30 seconds (RFC 6238)."""

import base64
import hmac
import logging
import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import DeviceManager
from django_otp.oath import hotp

from accounts.models.factor import Factor
from console.sealing import Unreadable, seal, unseal

# What sealed secrets are sealed for.
PURPOSE = "accounts.authenticator"

# RFC 6238 and what every app assumes: six digits, 30 seconds, SHA-1, a secret of 160 bits.
DIGITS = 6
SECONDS = 30
SECRET_BYTES = 20
# How many steps a phone's clock may be before or behind ours (RFC 6238, section 5.2).
TOLERANCE = 1

log = logging.getLogger(__name__)


def new_secret() -> str:
    """A new shared secret in base 32, as people type it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


class Authenticator(Factor):
    """An app that shares a secret with us. Of its codes only those after ``last_step`` count: none counts twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticators")
    sealed_secret = models.TextField(editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar[models.Manager["Authenticator"]] = DeviceManager()
    # For the type checker, which cannot follow a base class without types.
    _default_manager: ClassVar[models.Manager["Authenticator"]]

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        ordering = ["id"]

    @classmethod
    def build(cls, **fields: object) -> Self:
        """A new one with ``secret`` in base 32, not saved."""
        secret = str(fields.pop("secret"))
        return cls(sealed_secret=seal(secret, purpose=PURPOSE), **fields)

    @property
    def secret(self) -> str:
        """The shared secret in base 32; raises Unreadable when the key that sealed it is gone."""
        return unseal(self.sealed_secret, purpose=PURPOSE)

    def accept(self, code: str) -> bool:
        """Whether ``code`` is right now, and newer than each one accepted before; it counts once.

        One statement decides, so of many at once at most one is right, with or without a lock (ASVS 6.5.1).
        """
        step = self._step_of(code)
        if step is None:
            return False
        fresh = type(self).objects.filter(pk=self.pk, confirmed=True, last_step__lt=step)
        return bool(fresh.update(last_step=step, last_used_at=timezone.now()))

    def _step_of(self, code: str) -> int | None:
        """The newest step that the code belongs to, around the present one."""
        try:
            return step_of(code, self.secret)
        except Unreadable:
            log.warning("The secret of authenticator %s cannot be opened: ENCRYPTION_KEYS lacks its key.", self.pk)
            return None


def code_at(step: int, secret: str) -> str:
    """The code of a step (Unix time divided by 30)."""
    return str(hotp(base64.b32decode(secret), step, DIGITS)).zfill(DIGITS)


def step_now() -> int:
    """The present step."""
    return int(timezone.now().timestamp()) // SECONDS


def step_of(code: str, secret: str) -> int | None:
    """The newest step within the tolerance that has this code, or None."""
    now, found = step_now(), None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        if hmac.compare_digest(code_at(step, secret).encode(), code.encode()):
            found = step
    return found
