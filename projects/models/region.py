"""Where projects can be."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from organizations.models.organization import SLUG, validate_slug


class RegionQuerySet(models.QuerySet["Region"]):
    """Sets of regions."""

    def offered(self) -> "RegionQuerySet":
        """Those that a new project may be in, in the order that staff gave them."""
        return self.filter(is_offered=True).order_by("order", "name")


class Region(models.Model):
    """A place where the company runs what is in projects. Staff edit the list; one that is in use stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(
        _("key"), max_length=40, unique=True, validators=[validate_slug], help_text=_("What programs call it: eu-west.")
    )
    name = models.CharField(_("name"), max_length=80)
    is_offered = models.BooleanField(_("offered for new projects"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(key__regex=SLUG), name="region_key_well_formed"),
            models.CheckConstraint(condition=~models.Q(name=""), name="region_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
