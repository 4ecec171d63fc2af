"""What staff give and set right, each with a reason."""

from datetime import date, datetime, time, timedelta
from typing import Any, override
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.amounts import AmountField
from billing.models.entry import NOTE_LENGTH
from console.forms import ActionForm
from console.ids import uuid7


class CreditForm(ActionForm):
    """How much, and why; ``once``: sent twice, it is given once."""

    amount = AmountField()
    note = forms.CharField(label=_("Why"), max_length=NOTE_LENGTH, help_text=_("The customer reads it."))
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101 -- for the type checker
        amount.currency, amount.help_text = currency, currency


class CorrectionForm(CreditForm):
    """How much of an entry is taken back, and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("Above zero, in %(currency)s: it goes the other way than the entry.") % {
            "currency": self.fields["amount"].help_text
        }


class PromotionForm(CreditForm):
    """The same with the last day on which it can be spent."""

    field_order = ("amount", "last_day", "note", "once")

    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("What is left of it the day after is gone; days begin and end in UTC."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter a date such as 2027-03-31.")},
    )

    def clean_last_day(self) -> date:
        """A day that has a next one."""
        last_day: date = self.cleaned_data["last_day"]
        if last_day == date.max:
            raise forms.ValidationError(_("Choose a day within the next five years."), code="too-late")
        return last_day

    @override
    def arguments(self) -> dict[str, Any]:
        """What was typed, with the moment at which the credit ends."""
        given = dict(self.cleaned_data)
        day_after = given.pop("last_day") + timedelta(days=1)
        return {**given, "ends_at": datetime.combine(day_after, time(), ZoneInfo("UTC"))}

    @override
    def show(self, refusal: forms.ValidationError) -> None:
        """What is said of the end stands at the day."""
        if getattr(refusal, "field", None) == "ends_at":
            self.add_error("last_day", refusal)
        else:
            super().show(refusal)
