"""The audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Events and their origins."""

    name = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        """Make its tasks known, and let ``/readyz`` tell whether they run."""
        from audit import tasks  # noqa: F401 -- registers them
        from audit.health import link_age
        from console.registry import registry

        registry.add_health("audit log", link_age)
