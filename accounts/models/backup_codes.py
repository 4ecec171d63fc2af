"""Backup codes: ten that count once each, for who has lost what else they had."""

import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.factor import Factor
from console.ids import uuid7
from console.sealing import fingerprint, fingerprints

PURPOSE = "accounts.backup-codes"
CODES = 10
# At this many or fewer we say so.
FEW = 3
# Small letters and digits that nobody takes for another one: 49 bits a code, of which a few guesses a day are let
# through (ASVS 6.5.3; kept as keyed digests under a key that is not in the database).
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 10


def new_codes() -> list[str]:
    """Ten codes, without the dash that they are shown with."""
    return ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]


def shown(code: str) -> str:
    """A code as people read it: in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


class BackupCodes(Factor):
    """A user's set of codes; a new one takes the place of the former."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="backup_codes")

    codes: "models.Manager[BackupCode]"

    class Meta:
        verbose_name = _("set of backup codes")
        verbose_name_plural = _("sets of backup codes")

    @classmethod
    def make(cls, user_id: object, codes: list[str]) -> Self:
        """Write the set of a user that has none."""
        made: Self = cls.objects.create(user_id=user_id, name="")
        BackupCode.objects.bulk_create(
            BackupCode(codes=made, digest=fingerprint(code, purpose=f"{PURPOSE} {made.pk}")) for code in codes
        )
        return made

    @property
    def left(self) -> int:
        """How many have not been used."""
        return self.codes.filter(used_at=None).count()

    def accept(self, code: str) -> bool:
        """Whether ``code`` is one of those left; it counts once. One statement decides (ATTACKS 12)."""
        now = timezone.now()
        digests = fingerprints(code, purpose=f"{PURPOSE} {self.pk}")
        used = self.codes.filter(digest__in=digests, used_at=None).update(used_at=now)
        if used:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
        return bool(used)


class BackupCode(models.Model):
    """One code: its keyed digest, and when it was used."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    codes = models.ForeignKey(BackupCodes, models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(_("used"), null=True)

    objects: ClassVar[models.Manager["BackupCode"]] = models.Manager()

    class Meta:
        verbose_name = _("backup code")
        verbose_name_plural = _("backup codes")
        constraints = [models.UniqueConstraint(fields=["codes", "digest"], name="backup_code_once_in_a_set")]

    def __str__(self) -> str:
        return str(self.pk)
