"""A field for an amount of money."""

from typing import Any, override

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billing.amounts import read_amount, to_typed

# Room for a million with signs between thousands, a fraction, and a currency around it.
TYPED_LENGTH = 40


class AmountField(forms.CharField):
    """An amount as people type it; it gives, and takes as its initial value, the smallest unit; None where left empty.

    ``currency``: of the account, else the deployment's; ``least``: in the smallest unit. What is refused is refused
    here (`billing.amounts.read_amount`), and what was typed stays.
    """

    def __init__(self, *, currency: str = "", least: int = 1, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"label": _("Amount"), "max_length": TYPED_LENGTH, "widget": widget, **kwargs})
        self.currency, self.least = currency, least

    @override
    def clean(self, value: Any) -> Any:
        """The amount in the smallest unit. Raises Refused, which stands at this field."""
        typed = super().clean(value)
        return read_amount(typed, self._currency, least=self.least) if typed else None

    @override
    def prepare_value(self, value: Any) -> Any:
        """An amount that is there, as it would be typed; what was typed, as it was."""
        return to_typed(value, self._currency) if isinstance(value, int) else value

    @override
    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another amount was typed."""
        return super().has_changed(self.prepare_value(initial), data)

    @property
    def _currency(self) -> str:
        return self.currency or settings.CURRENCY
