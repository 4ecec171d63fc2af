"""Forms of the profile, and what ours decide differently from allauth's."""

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.forms import ActionForm


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc] # allauth has no types
    """Sign-up. An address that somebody has only claimed for their account keeps its owner from nothing."""

    def validate_unique_email(self, value: str) -> str:
        """Note whether the address belongs to an account; the page tells nobody (allauth mails its owner)."""
        self.account_already_exists = User.objects.owning(value).exists()
        return value


class ResetPasswordForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc] # allauth has no types
    """A new password, for the account that owns the address; not for one that has only claimed it."""

    def clean_email(self) -> str:
        """Find the accounts that get a link."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.owns(email)]
        return email


class NameForm(ActionForm):
    """The name that colleagues see."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
