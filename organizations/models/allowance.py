"""Limits that organizations have instead of those of the policy."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Allowance(models.Model):
    """A limit that this organization has instead of the policy's. Staff set it, and plans."""

    class Name(models.TextChoices):
        """What is limited."""

        INVITATIONS_PER_DAY = "invitations_per_day", _("invitations in 24 hours")
        AUDIT_DAYS = "audit_days", _("days that the audit log is kept")
        PROJECTS = "projects", _("projects")
        SERVICES = "services", _("services")
        KEYS_PER_ORGANIZATION = "keys_per_organization", _("service keys")
        CUSTOM_ROLES = "custom_roles", _("roles of one's own")
        AUDIT_STREAMS = "audit_streams", _("streams of the audit log")

    class Source(models.TextChoices):
        """Who set it; what staff set counts more than what a plan does."""

        STAFF = "staff", _("our staff")
        PLAN = "plan", _("the plan")

    organization = models.ForeignKey(
        "organizations.Organization", models.CASCADE, related_name="allowances", verbose_name=_("organization")
    )
    name = models.CharField(_("limit"), max_length=40, choices=Name)
    amount = models.PositiveIntegerField(pgettext_lazy("limit", "amount"))
    source = models.CharField(_("set by"), max_length=5, choices=Source, default=Source.STAFF)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        constraints = [models.UniqueConstraint(fields=["organization", "name", "source"], name="allowance_unique")]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.amount}"
