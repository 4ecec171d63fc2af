"""Exports of a person's own data: asked for, made by the worker, there for a day."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.exports import Export


class DataExport(Export):
    """One export of all that Console holds about a person, as a file that only they can fetch."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports", verbose_name=_("user"))

    class Meta(Export.Meta):
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        constraints = [
            *Export.Meta.constraints,
            models.UniqueConstraint(fields=["user"], condition=models.Q(state="waiting"), name="one_export_at_a_time"),
        ]
        indexes = [
            *Export.Meta.indexes,
            models.Index(fields=["expires_at"], condition=~models.Q(file=""), name="data_export_by_expiry"),
        ]
