"""Where somebody wants to begin after signing in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models.organization import Organization


class Landing(models.Model):
    """The context that a user has chosen to begin in: an organization, or the personal account where there is none.

    Without a row it is the last one. It goes with the organization, with the membership, and with the user.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="landing", verbose_name=_("user")
    )
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        verbose_name = _("landing context")
        verbose_name_plural = _("landing contexts")

    def __str__(self) -> str:
        return str(self.user_id)
