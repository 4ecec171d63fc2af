"""Who an organization is on paper: what its bills are made out to."""

from collections.abc import Mapping

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from organizations.addresses import PARTS, format_address
from organizations.models.organization import Organization
from organizations.vat import VAT_LENGTH

COMPANY_LENGTH = 100
PART_LENGTH = 100
STREET_LENGTH = 200
# What people fill in.
FIELDS = ("company", "country", *PARTS, "vat_number")


class Details(models.Model):
    """The company, address and VAT number of one organization (text 004: used for billing, and changed at any time).

    A personal account has them as well: there the company may be missing. The parts of the address are those of its
    country (``organizations.addresses``); ``street_address`` has up to three lines.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="details", verbose_name=_("organization")
    )
    company = models.CharField(_("company"), max_length=COMPANY_LENGTH, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    street_address = models.CharField(_("street and number"), max_length=STREET_LENGTH, blank=True)
    city_area = models.CharField(_("part of the city"), max_length=PART_LENGTH, blank=True)
    city = models.CharField(_("city"), max_length=PART_LENGTH, blank=True)
    country_area = models.CharField(_("region"), max_length=PART_LENGTH, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=PART_LENGTH, blank=True)
    sorting_code = models.CharField(_("sorting code"), max_length=PART_LENGTH, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=VAT_LENGTH, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("details")
        verbose_name_plural = _("details")
        constraints = [
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="details_country_is_a_code"
            ),
            models.CheckConstraint(
                # Without its country neither an address nor a VAT number says anything.
                condition=~Q(country="") | Q(vat_number="", **dict.fromkeys(PARTS, "")),
                name="details_have_a_country",
            ),
        ]

    def __str__(self) -> str:
        return self.company or str(self.organization)

    @property
    def address(self) -> Mapping[str, str]:
        """The parts of the address, by the names of their fields."""
        return {part: getattr(self, part) for part in PARTS}

    @property
    def lines(self) -> list[str]:
        """Company and address as they stand on a letter in that country; the country in the reader's language."""
        return format_address(self.country, {"company_name": self.company, **self.address})
