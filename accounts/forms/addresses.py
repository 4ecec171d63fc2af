"""The form that adds an e-mail address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import clean_address
from console.forms import ActionForm


class AddressForm(ActionForm):
    """One more address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("It gets a mail with a link that verifies it."),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.com.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        """As it is stored."""
        return clean_address(self.cleaned_data["email"])
