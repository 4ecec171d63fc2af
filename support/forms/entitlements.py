"""What staff edit of an entitlement."""

from typing import Any, override

from django import forms
from django.utils.translation import gettext_lazy as _

from console.refusal import Refused
from support.actions.entitlements import TERMS, check_terms
from support.models import Entitlement


class FamiliesField(forms.CharField):
    """Families of products, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    @override
    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    @override
    def clean(self, value: Any) -> Any:
        """The lines as a list, each once."""
        typed = str(super().clean(value))
        return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))

    @override
    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another list was typed."""
        return bool(self.clean(data) != (initial or []))


class EntitlementForm(forms.ModelForm[Entitlement]):
    """An entitlement; it says at the field what the action would refuse."""

    families = FamiliesField(
        label=_("Product families"),
        required=False,
        help_text=_("One a line, as the products name theirs. Empty: all products."),
    )

    class Meta:
        model = Entitlement
        fields = ["organization", *TERMS]

    @override
    def clean(self) -> dict[str, Any]:
        """Look at it as the action does."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            check_terms(cleaned)
        except Refused as refusal:
            self.add_error(refusal.field, refusal)
        return cleaned

    @override
    def validate_constraints(self) -> None:
        """Only where all else is right: what the database holds is said in words above, at the field."""
        if not self.errors:
            super().validate_constraints()

    @property
    def terms(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in TERMS}
