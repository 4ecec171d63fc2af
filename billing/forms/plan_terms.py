"""What staff edit of a plan."""

from copy import copy
from typing import Any, override

from django.utils.translation import gettext_lazy as _

from billing.actions.plans import TERMS, check_terms
from billing.forms.amounts import AmountField
from billing.models import Plan
from console.staff import ActionModelForm


class PlanForm(ActionModelForm[Plan]):
    """A plan: what it is called, costs and allows."""

    monthly = AmountField(
        label=_("Price for a month"),
        least=0,
        required=False,
        help_text=_(
            "Without VAT; 0 for nothing, empty where it is not had by the month. It counts from the next period."
        ),
    )
    yearly = AmountField(
        label=_("Price for a year"),
        least=0,
        required=False,
        help_text=_("Likewise; empty where it is not had by the year."),
    )

    class Meta:
        model = Plan
        fields = ["key", *TERMS]
        help_texts = {
            "features": _("A line each, as people read them."),
            "projects": _("How many there can be; empty: as the policy says. What there is already stays."),
            "is_offered": _("Whoever has it keeps it when it is offered no longer."),
            "is_standard": _("Whoever has chosen no plan has this one. It costs nothing."),
        }

    @override
    def check_with_action(self) -> None:
        """As `make_plan` and `change_plan_terms` do."""
        plan = copy(self.instance)
        for name, value in self.terms.items():
            setattr(plan, name, value)
        check_terms(plan)

    @property
    def terms(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in TERMS}
