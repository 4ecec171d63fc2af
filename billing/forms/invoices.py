"""Credit notes, which staff issue."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.forms.amounts import AmountField
from billing.forms.funds import CreditForm


class CreditNoteForm(CreditForm):
    """How much of an invoice is credited, and why; ``once``: sent twice, it is credited once."""

    amount = AmountField(label=_("Amount, VAT included"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("Empty: all that is left of it.")
