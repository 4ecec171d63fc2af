"""The infrastructure app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from console.registry import registry


class InfrastructureConfig(AppConfig):
    """Certificates, storage engines and servers."""

    name = "infrastructure"
    verbose_name = _("Infrastructure")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from infrastructure import cards, receivers, tasks  # noqa: F401 -- models must be loaded first
        from infrastructure.checks import wrong_authorities
        from infrastructure.demo import build
        from infrastructure.lines import GROUPS, LINES
        from infrastructure.models.server import SECRET_PREFIX, TOKEN_PREFIX

        add_lines(LINES, GROUPS)
        for prefix in (SECRET_PREFIX, TOKEN_PREFIX):
            registry.add_secret_prefix(prefix)
        cards.register()
        registry.add_start(wrong_authorities)
        registry.add_demo(40, build)
