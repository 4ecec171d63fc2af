"""What people have agreed to, and when: kept line by line, so that it can be shown later (GDPR, article 7)."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import WriteOnce
from console.ids import uuid7

# The purpose of promotional mail; the purpose of a category of cookies is `cookies:<category>`.
PROMOTIONS = "promotions"
COOKIES = "cookies:"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Sets of what was agreed to."""

    def latest_of(self, user_id: UUID, purpose: str) -> "Consent | None":
        """What the user said last about the purpose; None where nothing was ever said, which is a no."""
        return self.filter(user_id=user_id, purpose=purpose).order_by("-at", "-id").first()


class Consent(WriteOnce):
    """One answer of a user: for ``purpose``, yes or no, at that time, in that place. It is never changed.

    It goes with the account, which is the only thing that removes it.
    """

    class Source(models.TextChoices):
        """Where the answer was given."""

        PREFERENCES = "preferences", _("preferences")
        SIGN_UP = "sign-up", _("sign-up")
        COOKIES = "cookies", _("cookie settings")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents", verbose_name=_("user"))
    purpose = models.CharField(_("purpose"), max_length=40)
    given = models.BooleanField(_("given"))
    source = models.CharField(_("source"), max_length=11, choices=Source)
    at = models.DateTimeField(_("answered"), default=timezone.now)

    objects: ClassVar[ConsentQuerySet] = ConsentQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["user", "purpose", "-at"], name="consent_by_age")]

    def __str__(self) -> str:
        return self.purpose
