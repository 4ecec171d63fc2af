"""Changes of the primary address that the former one may still take back."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

UNDONE_WITHIN = timedelta(days=7)
# How long an address that was lost by taking a change back hears of a recovery: the account's person may read that one
# alone. Longer than anybody who has taken over the former mailbox likes to wait.
HEARS_FOR = timedelta(days=30)

# The signature of a link is good for this purpose alone.
_SALT = "accounts.address-change"


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    """Changes of primary addresses."""

    def open(self, user_id: UUID) -> Self:
        """Those of a user that can still be taken back."""
        return self.filter(user_id=user_id, undone_at=None, made_at__gt=timezone.now() - UNDONE_WITHIN)

    def lost_by(self, user_id: UUID) -> set[str]:
        """The addresses that a user has lost lately since a change was taken back."""
        undone = self.filter(user_id=user_id, undone_at__gt=timezone.now() - HEARS_FOR)
        return {email for lost in undone.values_list("lost", flat=True) for email in lost}

    def by_token(self, token: str) -> "AddressChange | None":
        """The change that a mailed link is about; none for a link that was made up, cut, or is too old."""
        try:
            pk = UUID(hex=signing.loads(token, salt=_SALT, max_age=UNDONE_WITHIN))
        except (signing.BadSignature, ValueError, TypeError, AttributeError):
            return None
        return self.select_related("user").filter(pk=pk).first()


class AddressChange(models.Model):
    """One change of a user's primary address, told to the former one, which can take it back for seven days.

    There is none for a move on from an address that came with such a change itself: whoever takes an account over and
    moves it on gets no link to have it back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_changes")
    before = models.EmailField(_("address before"))
    after = models.EmailField(_("address after"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    undone_at = models.DateTimeField(_("taken back"), null=True)
    # What taking it back removed, or made unverified.
    lost = models.JSONField(_("addresses lost"), default=list, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of addresses")
        indexes = [models.Index(fields=["user", "-made_at"], name="address_change_by_user")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def token(self) -> str:
        """What the mailed link carries: the change, and when the link was made, signed."""
        return signing.dumps(self.pk.hex, salt=_SALT)

    @property
    def ends_at(self) -> datetime:
        """Until when it can be taken back."""
        return self.made_at + UNDONE_WITHIN

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken back."""
        return self.undone_at is None and timezone.now() < self.ends_at
