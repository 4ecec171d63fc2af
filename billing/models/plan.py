"""Plans that organizations can subscribe to. Staff edit them."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.amounts import to_money
from console.ids import uuid7
from organizations.models import Allowance
from organizations.models.organization import SLUG, validate_slug


class Interval(models.TextChoices):
    """For how long one pays at a time."""

    MONTH = "month", _("monthly")
    YEAR = "year", _("yearly")


class PlanQuerySet(models.QuerySet["Plan"]):
    """Sets of plans."""

    def offered(self) -> "PlanQuerySet":
        """Those that can be chosen, in the order that staff gave them."""
        return self.filter(is_offered=True).order_by("order", "name")

    def lock(self, pk: UUID) -> "Plan":
        """The plan, locked until the transaction ends; the last of the locks. Raises Plan.DoesNotExist."""
        return self.select_for_update(no_key=True).get(pk=pk)

    def standard(self) -> "Plan":
        """The plan of who has chosen none: the one that staff say, else the one that ships, free and unlimited."""
        return self.filter(is_standard=True).first() or Plan(
            key="free", name=gettext("Free"), monthly=0, is_standard=True
        )


class Plan(models.Model):
    """What an organization subscribes to (text 002: charges are the organization's, by a plan).

    ``monthly`` and ``yearly``: prices without VAT, in the smallest unit of the deployment's currency; None where it is
    not had for so long. The limits take the place of the policy's; None leaves those. ``features``: a line each, for
    people. ``is_standard``: whoever has chosen none has this one, which costs nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(_("key"), max_length=40, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=280, blank=True)
    monthly = models.BigIntegerField(_("price for a month"), null=True, blank=True)
    yearly = models.BigIntegerField(_("price for a year"), null=True, blank=True)
    trial_days = models.PositiveSmallIntegerField(_("days to try it"), default=0)
    projects = models.PositiveIntegerField(_("projects"), null=True, blank=True)
    services = models.PositiveIntegerField(_("services"), null=True, blank=True)
    keys_per_organization = models.PositiveIntegerField(_("service keys"), null=True, blank=True)
    audit_days = models.PositiveIntegerField(_("days that the audit log is kept"), null=True, blank=True)
    custom_roles = models.PositiveIntegerField(_("roles of one's own"), null=True, blank=True)
    audit_streams = models.PositiveIntegerField(_("streams of the audit log"), null=True, blank=True)
    features = models.TextField(_("features"), blank=True)
    is_offered = models.BooleanField(_("offered"), default=True)
    is_standard = models.BooleanField(_("standard"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = PlanQuerySet.as_manager()

    # What a plan limits, each by the name of its allowance.
    LIMITS = ("projects", "services", "keys_per_organization", "audit_days", "custom_roles", "audit_streams")

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=SLUG), name="plan_key_well_formed"),
            models.CheckConstraint(condition=~Q(name=""), name="plan_has_name"),
            models.CheckConstraint(
                condition=(Q(monthly=None) | Q(monthly__gte=0)) & (Q(yearly=None) | Q(yearly__gte=0)),
                name="plan_price_is_one",
            ),
            models.CheckConstraint(condition=Q(monthly__isnull=False) | Q(yearly__isnull=False), name="plan_has_price"),
            models.CheckConstraint(
                condition=Q(is_standard=False) | Q(monthly=0, trial_days=0), name="plan_standard_is_free"
            ),
            models.UniqueConstraint(fields=["is_standard"], condition=Q(is_standard=True), name="plan_one_is_standard"),
        ]

    def __str__(self) -> str:
        return self.name

    def price(self, interval: str) -> int | None:
        """What it costs for an Interval, without VAT; None where it is not had for so long."""
        found: int | None = self.monthly if interval == Interval.MONTH else self.yearly
        return found

    def price_shown(self, interval: str) -> Money | None:
        """The same as an amount."""
        units = self.price(interval)
        return None if units is None else to_money(units, settings.CURRENCY)

    @property
    def is_free(self) -> bool:
        """Whether it costs nothing."""
        return not self.monthly and not self.yearly

    @property
    def limits(self) -> dict[Allowance.Name, int | None]:
        """What it limits, and to how much; None: as the policy says."""
        return {Allowance.Name(name): getattr(self, name) for name in self.LIMITS}

    @property
    def feature_lines(self) -> list[str]:
        """What people are told that it has."""
        return [line.strip() for line in self.features.splitlines() if line.strip()]
