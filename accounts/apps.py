"""The accounts app."""

from typing import Final

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from console.navigation import Section
from console.registry import Card, Sealed, registry


class AccountsConfig(AppConfig):
    """Users."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from accounts import receivers, tasks  # noqa: F401 -- models must be loaded first
        from accounts.activity import LINES, OF_EVERYBODY
        from accounts.checks import CHECKS
        from accounts.demo import build
        from accounts.help import FOOTER, LINKS
        from accounts.models import Authenticator
        from accounts.models.authenticator import PURPOSE
        from accounts.steps import STEPS
        from audit.lines import add_lines

        add_lines({**LINES, **OF_EVERYBODY}, [("accounts", _("Accounts"), LINES)])
        for check in CHECKS:
            checks.register(check)
        # After the people, who come with their organizations.
        registry.add_demo(20, build)
        registry.add_sealed(Sealed(rows=Authenticator.objects.all, column="sealed_secret", purpose=PURPOSE))
        for path in SECRET_PATHS:
            registry.add_secret_path(path)
        for section in SECTIONS:
            registry.add_section(section)
        for card in CARDS:
            registry.add_card(card)
        for step in STEPS:
            registry.add_step(step)
        for link in LINKS:
            registry.add_help(link)
        for foot in FOOTER:
            registry.add_footer(foot)


# Whose addresses hold keys: allauth's of a confirmation and of a reset, then ours.
SECRET_PATHS: Final = (
    "/accounts/confirm-email/",
    "/accounts/password/reset/key/",
    "/profile/preferences/addresses/changes/",
    "/accounts/recovery/",
)

SECTIONS: Final = (
    Section(
        area="profile",
        label=_("Preferences"),
        icon="user",
        address="accounts:preferences",
        order=10,
        match=("accounts:preferences_*",),
    ),
    Section(
        area="profile",
        label=_("Security"),
        icon="shield-check",
        address="accounts:security",
        order=20,
        match=("accounts:security_*",),
    ),
)

CARDS: Final = (Card(page="preferences", order=90, template="accounts/_data_cards.html", show=lambda _request: None),)
