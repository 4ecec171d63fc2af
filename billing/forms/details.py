"""How invoices are made out, and to whom they go."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billing.actions.invoices.details import values_of
from billing.models import Account
from billing.models.account import PURCHASE_ORDER_LENGTH
from console.forms import ActionForm
from console.versions import VersionedForm


class InvoicingForm(VersionedForm):
    """Purchase order and language."""

    purchase_order = forms.CharField(
        label=_("Purchase order"),
        max_length=PURCHASE_ORDER_LENGTH,
        required=False,
        help_text=_("A number or a text of yours that coming invoices bear."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As for the founder")), *settings.LANGUAGES], required=False
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        kwargs["initial"] = values_of(account)
        super().__init__(*args, **kwargs)


class RecipientForm(ActionForm):
    """One more address that gets the invoices."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "invoices@example.com"}),
    )
