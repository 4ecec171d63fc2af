"""What staff edit of an entitlement."""

from typing import Any, override

from django import forms
from django.utils.translation import gettext_lazy as _

from console.staff import ActionModelForm
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


class EntitlementForm(ActionModelForm[Entitlement]):
    """An entitlement."""

    families = FamiliesField(
        label=_("Product families"),
        required=False,
        help_text=_("One a line, as the products name theirs. Empty: all products."),
    )

    class Meta:
        model = Entitlement
        fields = ["organization", *TERMS]

    @override
    def check_with_action(self) -> None:
        """As `add_entitlement` and `change_entitlement` do."""
        check_terms(self.cleaned_data)

    @property
    def terms(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in TERMS}
