"""The accounts app."""

from django.apps import AppConfig
from django.core import checks
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.registry import Card, FooterLink, Section, Step, registry


class AccountsConfig(AppConfig):
    """Users."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from accounts import receivers, steps, tasks  # noqa: F401 -- models must be loaded first
        from accounts.checks import check_breached_passwords_file, check_geoip_file, check_session_days
        from accounts.demo import build
        from accounts.help import FOOTER, LINKS

        for link in LINKS:
            registry.add_help(link)
        for foot in FOOTER:
            registry.add_footer(foot)
        registry.add_footer(FooterLink(label=_("Cookies"), order=30, address=lambda: reverse("cookies")))
        checks.register(check_geoip_file)
        checks.register(check_session_days)
        checks.register(check_breached_passwords_file)

        # After the people, who come with their organizations.
        registry.add_demo(20, build)
        # allauth's: the keys of a confirmation and of a reset.
        registry.add_secret_path("/accounts/confirm-email/")
        registry.add_secret_path("/accounts/password/reset/key/")
        registry.add_secret_path("/profile/preferences/addresses/changes/")
        registry.add_secret_path("/accounts/recovery/")
        registry.add_section(
            Section(
                area="profile",
                label=_("Preferences"),
                icon="user",
                address="accounts:preferences",
                order=10,
                match=("accounts:preferences_*",),
            )
        )
        registry.add_section(
            Section(
                area="profile",
                label=_("Security"),
                icon="shield-check",
                address="accounts:security",
                order=20,
                match=("accounts:security_*",),
            )
        )
        registry.add_card(
            Card(page="preferences", order=90, template="accounts/_data_cards.html", show=lambda _request: None)
        )
        registry.add_step(
            Step(
                label=_("Verify your e-mail address"),
                help=_("It is how you sign in, and how invitations find you."),
                order=10,
                done=steps.address_is_verified,
                address=steps.verification_page,
                action=_("Verify"),
            )
        )
        registry.add_step(
            Step(
                label=_("Complete your profile"),
                help=_("Tell your colleagues your name."),
                order=20,
                done=steps.profile_is_complete,
                address=steps.preferences_page,
                action=_("Add your name"),
            )
        )
        registry.add_step(
            Step(
                label=_("Protect your account"),
                help=_("Ask for something that you have, after your password."),
                order=30,
                done=steps.account_is_protected,
                address=steps.mfa_page,
                action=_("Set up"),
            )
        )
