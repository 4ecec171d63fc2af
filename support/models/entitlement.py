"""Support that an organization has bought, and how quickly it is answered."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from organizations.models import Organization
from support.models.customer import KEY_LENGTH, Origin


class SupportLevel(models.Model):
    """A level of support: within what time, around the clock, a ticket gets its first answer, by its priority.

    Without an entitlement the level with ``is_standard`` counts; there is at most one, and where there is none nothing
    is promised.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    urgent_within = models.DurationField(_("urgent"), default=timedelta(hours=4))
    high_within = models.DurationField(_("high"), default=timedelta(hours=8))
    normal_within = models.DurationField(_("normal"), default=timedelta(days=1))
    low_within = models.DurationField(_("low"), default=timedelta(days=2))
    is_standard = models.BooleanField(_("without an entitlement"), default=False)

    class Meta:
        verbose_name = _("support level")
        verbose_name_plural = _("support levels")
        constraints = [
            models.UniqueConstraint(
                fields=["is_standard"], condition=Q(is_standard=True), name="level_standard_is_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def within(self, priority: str) -> timedelta:
        """The time to the first answer to a ticket of that priority (support.models.Priority)."""
        return {
            "urgent": self.urgent_within,
            "high": self.high_within,
            "normal": self.normal_within,
            "low": self.low_within,
        }[priority]


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Sets of entitlements."""

    def in_force(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def covering(self, family: str) -> list["Entitlement"]:
        """Those for a family of products, or for all."""
        return [one for one in self.select_related("level") if not one.families or family in one.families]


class Entitlement(Origin):
    """A right to support, as the contract has it (text 003). From ``starts_on`` to ``ends_on``, both included.

    ``number``: the contract's, unique in the deployment; ``tier``: what was bought ("Premium"); ``units``: of what it
    is counted by, and ``unit``: what these are called; ``families``: of products, empty for all. ``warned_days``: for
    how many days before its end people were last told of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="entitlements", verbose_name=_("organization")
    )
    number = models.CharField(_("number"), max_length=KEY_LENGTH, unique=True)
    name = models.CharField(_("name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=60, blank=True)
    units = models.PositiveIntegerField(_("units"), default=1)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    level = models.ForeignKey(
        SupportLevel, models.PROTECT, related_name="entitlements", verbose_name=_("support level")
    )
    starts_on = models.DateField(pgettext_lazy("beginning of a period", "from"))
    ends_on = models.DateField(_("until"))
    families = models.JSONField(_("product families"), default=list, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects: ClassVar[EntitlementQuerySet] = EntitlementQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        constraints = [
            models.CheckConstraint(condition=~Q(number=""), name="entitlement_has_number"),
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="entitlement_lives_forward"),
            models.UniqueConstraint(
                fields=["organization", "directory_key"],
                condition=~Q(directory_key=""),
                name="entitlement_directory_key_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "ends_on", "id"], name="entitlement_by_end"),
            models.Index(fields=["ends_on"], name="entitlement_ends"),
        ]

    def __str__(self) -> str:
        return self.number
