"""The billing app."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from console.registry import registry


class BillingConfig(AppConfig):
    """Plans, funds, payments and invoices."""

    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from billing import cards, receivers, tasks  # noqa: F401 -- models must be loaded first
        from billing.checks import wrong_currency, wrong_seller
        from billing.demo import build
        from billing.gateways.checks import check_mode, wrong_gateway
        from billing.lines import GROUPS, LINES

        add_lines(LINES, GROUPS)
        cards.register()
        registry.add_demo(30, build)
        registry.add_start(wrong_currency)
        registry.add_start(wrong_seller)
        registry.add_start(wrong_gateway)
        checks.register(check_mode, deploy=True)
