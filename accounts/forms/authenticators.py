"""Forms of authenticator apps, and of what factors are called."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import DIGITS
from accounts.models.factor import NAME_LENGTH
from console.forms import ActionForm


class AuthenticatorForm(ActionForm):
    """The code that a new app shows, and what to call it."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits that the app shows for this account."),
        widget=forms.TextInput(attrs={**DIGITS, "autofocus": True}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("What you recognize it by, such as the name of your phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FactorNameForm(ActionForm):
    """What a factor is called."""

    name = forms.CharField(
        label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
