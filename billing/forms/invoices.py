"""Credit notes, which staff issue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.amounts import read_amount
from billing.models.entry import NOTE_LENGTH
from console.forms import ActionForm
from console.ids import uuid7
from console.refusal import Refused


class CreditNoteForm(ActionForm):
    """How much of an invoice is credited, and why; ``once``: sent twice, it is credited once."""

    amount = forms.CharField(
        label=_("Amount, VAT included"), required=False, help_text=_("Empty: all that is left of it.")
    )
    note = forms.CharField(label=_("Why"), max_length=NOTE_LENGTH, help_text=_("The customer reads it."))

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency

    def clean_amount(self) -> int | None:
        """In the smallest unit; None for all. Raises Refused."""
        typed = str(self.cleaned_data["amount"]).strip()
        try:
            return read_amount(typed, self._currency) if typed else None
        except Refused as refusal:
            raise forms.ValidationError(refusal.messages) from refusal
