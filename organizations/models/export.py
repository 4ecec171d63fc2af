"""Exports of all that an organization owns."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models.organization import Organization
from outbox.exports import Export


class OrganizationExport(Export):
    """One export of an organization, as a file for those who may export it, whoever of them asked."""

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="exports", verbose_name=_("organization")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )

    class Meta(Export.Meta):
        verbose_name = _("export of an organization")
        verbose_name_plural = _("exports of organizations")
        constraints = [
            *Export.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(state="waiting"), name="organization_export_one_at_a_time"
            ),
        ]
        indexes = [
            # Of Delivery, whose own name for it is longer than an index may have.
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="organization_export_due"),
            models.Index(fields=["expires_at"], condition=~models.Q(file=""), name="organization_export_by_expiry"),
            models.Index(fields=["organization", "-created_at"], name="organization_export_by_age"),
        ]
