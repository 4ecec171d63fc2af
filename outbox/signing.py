"""Secrets that sign what is sent (console.webhooks): sealed, and changed at ease: the former one goes on a while."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from console.sealing import seal, unseal

# How long a former secret signs beside the new one: the receiver changes at ease.
OVERLAP = timedelta(hours=24)


class Signing(models.Model):
    """A row that signs: ``secret``, and for `OVERLAP` the ``former_secret``, both sealed for ``PURPOSE``."""

    PURPOSE: ClassVar[str]

    secret = models.TextField(editable=False)
    former_secret = models.TextField(blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_changing_secret(self) -> bool:
        """Whether the former secret still signs beside the new one."""
        return self.former_until is not None and self.former_until > timezone.now()

    @property
    def secrets(self) -> list[str]:
        """What a message is signed with now: the secret, and the former one while it still counts.

        Raises Unreadable where the key that closed them is gone.
        """
        sealed = [self.secret, self.former_secret] if self.is_changing_secret else [self.secret]
        return [unseal(one, purpose=self.PURPOSE) for one in sealed]

    def set_secret(self, secret: str) -> None:
        """Sign with ``secret`` from now on, and for `OVERLAP` with the one before, too; saved by the caller."""
        if self.secret:
            self.former_secret, self.former_until = self.secret, timezone.now() + OVERLAP
        self.secret = seal(secret, purpose=self.PURPOSE)
