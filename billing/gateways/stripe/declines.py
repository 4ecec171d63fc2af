"""Why a card did not pay, in sentences for whoever wanted to pay with it.

Codes: Stripe's lists of error codes and of decline codes. What could tell a thief something about a card (lost, stolen,
suspected) reads like any other decline, as Stripe asks of its users.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

DECLINED: Final = gettext_noop("The bank declined the card. Ask the bank, or pay with another card.")
EXPIRED: Final = gettext_noop("The card has expired. Pay with another card.")
NOT_PROVEN: Final = gettext_noop("The bank could not make sure that it is you. Try again, or pay with another card.")
LATER: Final = gettext_noop("The bank could not be reached. Try again later.")

SENTENCES: Final[Mapping[str, str]] = {
    "insufficient_funds": gettext_noop("There is not enough money on the card's account. Pay with another card."),
    "withdrawal_count_limit_exceeded": gettext_noop("The card's limit is reached. Pay with another card."),
    "card_velocity_exceeded": gettext_noop("The card's limit is reached. Pay with another card."),
    "expired_card": EXPIRED,
    "invalid_expiry_month": gettext_noop("The card's month of expiry is wrong. Type the card again."),
    "invalid_expiry_year": gettext_noop("The card's year of expiry is wrong. Type the card again."),
    "incorrect_number": gettext_noop("The number of the card is wrong. Type the card again."),
    "invalid_number": gettext_noop("The number of the card is wrong. Type the card again."),
    "incorrect_cvc": gettext_noop("The security code of the card is wrong. Type the card again."),
    "invalid_cvc": gettext_noop("The security code of the card is wrong. Type the card again."),
    "incorrect_zip": gettext_noop("The postal code is not the one that the bank knows. Type the card again."),
    "card_not_supported": gettext_noop("The card cannot be used for this. Pay with another card."),
    "currency_not_supported": gettext_noop("The card cannot pay in this currency. Pay with another card."),
    "authentication_required": gettext_noop("The bank wants to ask you. Pay again, and confirm it at your bank."),
    "payment_intent_authentication_failure": NOT_PROVEN,
    "setup_intent_authentication_failure": NOT_PROVEN,
    "issuer_not_available": LATER,
    "processing_error": LATER,
    "reenter_transaction": LATER,
    "try_again_later": LATER,
}

# Charging these again brings nothing, and card networks count it (Stripe: "do not retry").
DEAD: Final = frozenset(
    {
        "expired_card",
        "incorrect_number",
        "invalid_account",
        "invalid_number",
        "lost_card",
        "new_account_information_available",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "stop_payment_order",
    }
)


def sentence_of(code: str, decline_code: str) -> str:
    """What to tell whoever wanted to pay: of what the bank says, else of what Stripe says."""
    return SENTENCES.get(decline_code) or SENTENCES.get(code) or DECLINED


def is_dead(code: str, decline_code: str) -> bool:
    """Whether it is of no use to charge this card again."""
    return bool({code, decline_code} & DEAD)
