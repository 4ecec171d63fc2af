"""The app configuration of the outbox."""

from typing import override

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The outbox: its tasks are known to whoever publishes them, its queue's age to ``/readyz``."""

    name = "outbox"
    verbose_name = _("Outbox")

    @override
    def ready(self) -> None:
        from console.registry import Sealed, registry
        from outbox import tasks  # noqa: F401  registers them
        from outbox.checks import check_gateway, check_hook
        from outbox.health import queue_age
        from outbox.models import Endpoint

        checks.register(check_gateway, checks.Tags.security, deploy=True)
        checks.register(check_hook, checks.Tags.security)
        registry.add_health("mail", queue_age)
        registry.add_secret_path("/mail/")
        for column in ("secret", "former_secret"):
            registry.add_sealed(Sealed(rows=Endpoint.objects.all, column=column, purpose=Endpoint.PURPOSE))
