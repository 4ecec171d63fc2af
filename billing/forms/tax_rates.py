"""Rates of VAT, which staff set."""

from django import forms

from billing.actions.tax_rates import check_country
from billing.models import TaxRate


class TaxRateForm(forms.ModelForm[TaxRate]):
    """A country, its rate in percent, and from when on."""

    class Meta:
        model = TaxRate
        fields = ["country", "rate", "since"]

    def clean_country(self) -> str:
        """A country that is one. Raises Refused."""
        country: str = self.cleaned_data["country"]
        check_country(country)
        return country
