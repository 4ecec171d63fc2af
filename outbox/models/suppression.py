"""Who wants no mail."""

from typing import override

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7


class Suppression(models.Model):
    """An address that wants no mail of a kind. What is kept is a fingerprint: nobody can read whose it is."""

    class Kind(models.TextChoices):
        """What is not sent: only mail that others have sent, never what concerns one's own account."""

        INVITATIONS = "invitations", pgettext_lazy("mail", "invitations")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(fields=["fingerprint", "kind"], name="suppression_once"),
            models.CheckConstraint(condition=Q(kind__in=["invitations"]), name="suppression_kind_known"),
        ]

    @override
    def __str__(self) -> str:
        return self.get_kind_display()
