"""Forms of the preferences page (text 002, section 1)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm


class NameForm(ActionForm):
    """The name that colleagues see."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
