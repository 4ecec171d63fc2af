"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Events and their origins."""

    name = "audit"
    verbose_name = _("Audit")
