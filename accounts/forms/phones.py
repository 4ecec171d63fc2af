"""A phone number as people give it: the country, and the number as they dial it."""

from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.phonenumber import PhoneNumber

from accounts.region.countries import country_choices, country_of, example, national
from console.text import one_line


class PhoneForm(forms.Form):
    """Two fields that make one number: ``phone`` is cleaned to a PhoneNumber, or to nothing where it is optional.

    A number that begins with + says its country itself. Take ``initial_of`` for a number that is there.
    """

    phone_country = forms.ChoiceField(
        label=gettext_lazy("Country of the phone number"),
        required=False,
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        required=False,
        max_length=40,
        # A field of type `tel` may be filled with whole numbers only (HTML, section 4.10.18.7).
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
    )

    @staticmethod
    def initial_of(number: object) -> dict[str, str]:
        """What the two fields show of a number."""
        return {"phone_country": country_of(number), "phone": national(number)}

    def clean_phone(self) -> PhoneNumber | str:
        """Put the two together; the error stands at the number, or at the country where that is what is missing."""
        typed = one_line(self.cleaned_data["phone"], 40)
        country: str = self.cleaned_data.get("phone_country", "")
        if not typed:
            return ""
        if not country and not typed.startswith("+"):
            self.add_error("phone_country", _("Choose the country, or begin the number with + and its code."))
            return ""
        try:
            number = PhoneNumber.from_string(typed, region=country or None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not number.is_valid():
            raise forms.ValidationError(_no_number(country), code="invalid")
        # What belongs to one person's desk is no number that a message reaches.
        number.extension = None
        return number

    def arguments(self) -> dict[str, Any]:
        """The number is one argument of an action."""
        return {name: value for name, value in self.cleaned_data.items() if name != "phone_country"}


def _no_number(country: str) -> str:
    if not country:
        return _("This is not a phone number. With its country's code it looks like +33 6 12 34 56 78.")
    return _("This is not a phone number of that country. There they look like %s.") % example(country)
