"""Telephones that codes are sent to: for who has lost their app or passkey for the moment."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.models import DeviceManager

from accounts.models.factor import Factor
from console.sealing import fingerprint, fingerprints

PURPOSE = "accounts.phone"
DIGITS = 6
# Codes that are sent live for ten minutes at most (ASVS 6.5.5), and for a few guesses (ASVS 6.6.3).
LIFETIME = timedelta(minutes=10)
GUESSES = 5


def masked(number: str) -> str:
    """A number (E.164) as only who knows it recognizes it."""
    return f"{number[:3]} •••• {number[-2:]}"


class Phone(Factor):
    """A telephone number that codes are sent to; one a user, and one more that is not confirmed yet.

    Of the current code only a keyed digest is kept, and none once it was used; guesses at it are counted.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="phones")
    number = models.CharField(_("telephone number"), max_length=16)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField(_("code expires"), null=True)

    objects: ClassVar[models.Manager["Phone"]] = DeviceManager()
    # For the type checker, which cannot follow a base class without types.
    _default_manager: ClassVar[models.Manager["Phone"]]

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        constraints = [
            models.UniqueConstraint(fields=["user", "confirmed"], name="phone_once_and_one_to_confirm"),
            models.CheckConstraint(
                name="phone_number_is_e164", condition=models.Q(number__regex=r"^\+[1-9][0-9]{4,14}$")
            ),
        ]

    def new_code(self, binding: str) -> tuple[str, datetime]:
        """Make a code, which takes the place of the former one, and say until when it counts.

        ``binding``: a secret of the session that asks, in which alone the code counts (ASVS 6.6.2).
        """
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        self.digest = fingerprint(code, purpose=self._purpose(binding))
        self.failures, self.expires_at = 0, timezone.now() + LIFETIME
        self.save(update_fields=["digest", "failures", "expires_at"])
        return code, self.expires_at

    def accept(self, code: str, binding: str) -> bool:
        """Whether ``code`` is the one that was sent for this session; it counts once, and a wrong one is counted.

        One statement decides, so of many at once at most one is right, with or without a lock (ASVS 6.5.1).
        """
        now = timezone.now()
        mine = type(self).objects.filter(pk=self.pk)
        digests = fingerprints(code, purpose=self._purpose(binding))
        current = mine.filter(digest__in=digests, expires_at__gt=now, failures__lt=GUESSES)
        if current.update(digest="", expires_at=None, last_used_at=now):
            return True
        mine.update(failures=F("failures") + 1)
        return False

    def _purpose(self, binding: str) -> str:
        return f"{PURPOSE} {self.pk} {binding}"
