"""What the second factors of this console have in common."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from console.ids import uuid7
from console.text import one_line

NAME_LENGTH = 64


class NamedDevice(Device):
    """A device of django_otp with an id that tells nothing, and a name on one line."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, the name on one line."""
        self.name = one_line(self.name, NAME_LENGTH)
        super().save(*args, **kwargs)

    @property
    def persistent_id(self) -> str:
        """What a session remembers of it; the package reads a number from it."""
        return f"{self.model_label()}/{self.id.int}"


class Factor(NamedDevice):
    """Something that a user proves to have, beside the password: a device, as django_otp calls it."""

    confirmed = models.BooleanField(_("confirmed"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        abstract = True
