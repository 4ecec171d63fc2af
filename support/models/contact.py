"""Who speaks for whom: people of the organization, and the company's people for it."""

import re
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from organizations.models import Organization
from support.models.customer import NAME_LENGTH, Origin


class Side(models.TextChoices):
    """Whose person a contact is."""

    CUSTOMER = "customer", pgettext_lazy("contact", "the organization's")
    COMPANY = "company", pgettext_lazy("contact", "ours")


class Contact(Origin):
    """Somebody to be asked: of the organization (by us), or of the company (by the organization).

    ``duty``: what for, in words: *Technical contact*, *Account manager*. Contacts of the company are set by staff and
    by the directory alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="contacts", verbose_name=_("organization")
    )
    side = models.CharField(_("whose"), max_length=8, choices=Side, default=Side.CUSTOMER)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    duty = models.CharField(_("for what"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="contact_side_known"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
            models.CheckConstraint(condition=~Q(email="", phone=""), name="contact_can_be_reached"),
            models.UniqueConstraint(
                fields=["organization", "directory_key"],
                condition=~Q(directory_key=""),
                name="contact_directory_key_unique",
            ),
        ]
        indexes = [models.Index(fields=["organization", "side", "name", "id"], name="contact_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def write_to(self) -> str:
        """What a link to the address leads to (RFC 6068)."""
        return f"mailto:{quote(self.email, safe='@')}"

    @property
    def dial(self) -> str:
        """What a link to the number leads to (RFC 3966): without what people put between its digits, and extension."""
        number = re.split(r"[x#e]", self.phone.lower(), maxsplit=1)[0]
        return f"tel:{re.sub(r'[^0-9+]', '', number)}"
