"""The support app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from console.registry import registry


class SupportConfig(AppConfig):
    """Contacts, entitlements, tickets and the directory of customers."""

    name = "support"
    verbose_name = _("Support")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from support import cards, receivers, tasks  # noqa: F401 -- models must be loaded first
        from support.checks import check_inbound_mail
        from support.demo import build
        from support.lines import GROUPS, LINES

        add_lines(LINES, GROUPS)
        cards.register()
        checks.register(check_inbound_mail, checks.Tags.security)
        registry.add_demo(50, build)
