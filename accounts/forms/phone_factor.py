"""Forms of the telephone number that codes are sent to."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import DIGITS
from accounts.forms.phones import PhoneForm
from accounts.region.countries import country_choices
from console.forms import ActionForm


class PhoneFactorForm(PhoneForm, ActionForm):
    """The number, with its country: of those that codes are sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = self.fields["phone_country"].required = True
        if served := settings.SMS_COUNTRIES:
            field = self.fields["phone_country"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
            field.choices = [choice for choice in country_choices() if choice[0] in {"", *served}]


class PhoneCodeForm(ActionForm):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits of the text message."),
        widget=forms.TextInput(attrs={**DIGITS, "autofocus": True}),
    )
