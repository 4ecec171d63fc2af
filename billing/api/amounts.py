"""Amounts as programs read and send them: text, since a number with a binary fraction holds no cents."""

from typing import Final, Self

from ninja import Schema
from pydantic import Field

from billing.amounts import to_money
from console.money import digits_of

# As JSON Schema says it: what a program may send, and what it gets.
WRITTEN: Final = r"^-?[0-9]+(\.[0-9]+)?$"
# The longest that an amount is typed.
AMOUNT_LENGTH: Final = 40


class Amount(Schema):
    """An amount of money."""

    amount: str = Field(
        description="A decimal number, in the currency and not in its smallest coin.",
        pattern=WRITTEN,
        examples=["12.34"],
    )
    currency: str = Field(description="A code of ISO 4217.", examples=["EUR"])

    @classmethod
    def of(cls, units: int, currency: str) -> Self:
        """So many of the smallest coin of a currency, with as many digits as it has: ``12.00``, or ``1200`` yen."""
        return cls(amount=f"{to_money(units, currency).amount:.{digits_of(currency)}f}", currency=currency)
