"""What can run in projects: kinds of services and their sizes. Staff edit it in the admin."""

from typing import Any, override

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from organizations.models.organization import SLUG, validate_slug
from outbox.models import Endpoint
from projects.models.region import Region
from projects.schema import with_order

# How long a backend may say nothing of what it has taken on, unless its kind says otherwise: minutes.
SILENCE = 60


class ServiceKindQuerySet(models.QuerySet["ServiceKind"]):
    """Sets of kinds."""

    def offered(self) -> "ServiceKindQuerySet":
        """Those that can be requested somewhere, and have a size to request, in the order that staff gave them."""
        sized = ServiceSize.objects.filter(kind=models.OuterRef("pk"), is_offered=True)
        return self.filter(models.Exists(sized), is_offered=True).order_by("order", "name")

    def offered_in(self, region: Region) -> "ServiceKindQuerySet":
        """Those of them that a region has."""
        return self.offered().filter(Q(regions=None) | Q(regions=region)).distinct()


class ServiceKind(models.Model):
    """A kind of service. ``provisioner``: a key of `projects.provisioners`; ``endpoint``: the backend that one calls.

    ``form``: a JSON Schema (draft 2020-12) of type object, whose properties are the fields of the form by which it is
    requested. ``silence``: minutes after which an operation of which the backend says nothing more has failed.
    ``regions``: those that have it; none for all of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(_("key"), max_length=40, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=280, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="box", help_text=_("The name of a Lucide icon."))
    provisioner = models.CharField(_("provisioner"), max_length=40, default="instant")
    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("endpoint")
    )
    form = models.JSONField(_("form"), default=dict, blank=True)
    silence = models.PositiveIntegerField(_("minutes of silence"), default=SILENCE)
    regions = models.ManyToManyField(Region, blank=True, related_name="+", verbose_name=_("regions"))
    is_offered = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = ServiceKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of service")
        verbose_name_plural = _("kinds of services")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=SLUG), name="service_kind_key_well_formed"),
            models.CheckConstraint(condition=~Q(name=""), name="service_kind_has_name"),
            models.CheckConstraint(condition=Q(silence__gt=0), name="service_kind_silence_ends"),
        ]

    def __str__(self) -> str:
        return self.name

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the order of the form's fields with it."""
        self.form = with_order(self.form)
        super().save(*args, **kwargs)

    @property
    def is_used(self) -> bool:
        """Whether there is, or was, a service of it."""
        return self.services.exists()


class ServiceSize(models.Model):
    """A size in which a kind can be had. ``price``: for each started hour, in the currency of the deployment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.ForeignKey(ServiceKind, models.CASCADE, related_name="sizes", verbose_name=_("kind"))
    key = models.CharField(_("key"), max_length=40, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=120, blank=True)
    price = models.DecimalField(_("price per hour"), max_digits=12, decimal_places=4)
    is_offered = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")
        ordering = ["order", "price", "name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="service_size_unique"),
            models.CheckConstraint(condition=Q(key__regex=SLUG), name="service_size_key_well_formed"),
            models.CheckConstraint(condition=~Q(name=""), name="service_size_has_name"),
            models.CheckConstraint(condition=Q(price__gte=0), name="service_size_price_is_one"),
        ]

    def __str__(self) -> str:
        return self.name
