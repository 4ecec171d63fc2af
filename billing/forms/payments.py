"""Making a payment, and saying when one is made by itself."""

from datetime import timedelta
from typing import Any, cast, override
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.actions.payments import usable_methods
from billing.actions.payments.starting import LEAST
from billing.actions.refills import LEAST_AMOUNT
from billing.forms.amounts import AmountField
from billing.models import Account, PaymentMethod
from console.forms import ActionForm
from console.ids import uuid7
from console.sealing import Unreadable, seal, unseal

# A card that is typed at the gateway.
ANOTHER = "new"
TOKEN_PURPOSE = "billing.payment-form"  # noqa: S105 -- no password
TOKEN_FOR = timedelta(days=1)


def new_token() -> str:
    """What a form that begins a payment carries: sent twice, it begins one. Sealed, so that nobody chooses an id."""
    return seal(str(uuid7()), purpose=TOKEN_PURPOSE)


def read_token(token: str) -> UUID | None:
    """The id that a form carries; None for what was not made by us, or too long ago."""
    try:
        return UUID(unseal(token, purpose=TOKEN_PURPOSE, within=TOKEN_FOR))
    except Unreadable:
        return None


class PaymentForm(ActionForm):
    """How much, and with which card."""

    amount = AmountField(least=LEAST)
    method = forms.ChoiceField(label=_("Pay with"), widget=forms.RadioSelect, required=False)
    keeps_method = forms.BooleanField(
        label=_("Keep this card for later payments"),
        required=False,
        help_text=_("One that you type now: the payment company keeps it, and we see its last four digits."),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("AmountField", self.fields["amount"]).currency = account.currency
        self.cards: list[PaymentMethod] = list(usable_methods(account))
        field = cast("forms.ChoiceField", self.fields["method"])
        if self.cards:
            field.choices = [*((str(card.pk), _told(card)) for card in self.cards), (ANOTHER, _("Another card"))]
            field.initial = str(self.cards[0].pk)
        else:
            del self.fields["method"]

    @override
    def arguments(self) -> dict[str, Any]:
        """The amount, the card as a row, whether a new one is kept, and the id that the payment gets."""
        cleaned = self.cleaned_data
        chosen = cleaned.get("method", "")
        return {
            "amount": cleaned["amount"],
            "method": next((card for card in self.cards if str(card.pk) == chosen), None),
            "keeps_method": cleaned["keeps_method"],
            "token": read_token(cleaned["token"]),
        }


def _told(card: PaymentMethod) -> str:
    """A card with its expiry: two of one bank may end in the same digits."""
    return f"{card} · {card.expires_month:02d}/{card.expires_year}" if card.expires_year else str(card)


class RefillForm(ActionForm):
    """Below what the funds are topped up, by how much, and below what people are told."""

    refill_below = AmountField(
        label=_("When the funds fall below"), least=0, required=False, help_text=_("Leave both empty for never.")
    )
    refill_amount = AmountField(label=_("Pay in"), least=LEAST_AMOUNT, required=False)
    low_below = AmountField(
        label=_("Send a mail when the funds fall below"),
        least=0,
        required=False,
        help_text=_("To everybody who may pay. Leave it empty for no mail."),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            field = cast("AmountField", self.fields[name])
            field.currency = account.currency
            field.initial = getattr(account, name)
