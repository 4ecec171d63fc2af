"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from console.registry import Section, Step, registry


class AccountsConfig(AppConfig):
    """Users."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from accounts import receivers, steps  # noqa: F401 -- models must be loaded first

        # allauth's: the keys of a confirmation and of a reset.
        registry.add_secret_path("/accounts/confirm-email/")
        registry.add_secret_path("/accounts/password/reset/key/")
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
