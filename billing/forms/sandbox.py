"""The card page of the sandbox."""

from typing import Any, override

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm

CENTURY = 2000


def _digits(**attrs: str) -> forms.TextInput:
    # A browser must not offer a real card here.
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", **attrs})


class CardForm(ActionForm):
    """A card's number, until when it is valid, and its check code, which is not looked at further."""

    number = forms.CharField(label=_("Card number"), max_length=30, widget=_digits(placeholder="4242 4242 4242 4242"))
    expiry = forms.RegexField(
        label=_("Valid until"),
        regex=r"\A\s*(0[1-9]|1[0-2])\s*/?\s*([0-9]{2})\s*\Z",
        max_length=10,
        error_messages={"invalid": _("Type month and year, like 12/34.")},
        widget=_digits(placeholder="12/34"),
    )
    cvc = forms.RegexField(
        label=_("Check code"),
        regex=r"\A\s*[0-9]{3,4}\s*\Z",
        max_length=10,
        error_messages={"invalid": _("Three digits, on the back of the card.")},
        widget=_digits(placeholder="123"),
    )

    @override
    def arguments(self) -> dict[str, Any]:
        """The number, and the year and the month of the expiry."""
        expiry = "".join(digit for digit in self.cleaned_data["expiry"] if digit.isdigit())
        return {"number": self.cleaned_data["number"], "month": int(expiry[:2]), "year": CENTURY + int(expiry[2:])}
