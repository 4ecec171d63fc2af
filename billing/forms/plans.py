"""The form behind the button that chooses a plan."""

from django import forms

from console.forms import ActionForm


class ChoiceForm(ActionForm):
    """What the person was told that it costs, in the smallest unit: another amount is shown again, not charged."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    seen_price = forms.IntegerField(widget=forms.HiddenInput)
