"""Amounts of money, in the currency of the deployment and the reader's language."""

from decimal import Decimal

import pytest
from django.test import override_settings
from django.utils import translation

from console.money import money, monthly, monthly_change, price


@pytest.mark.parametrize(
    ("language", "currency", "written"),
    [
        ("en", "EUR", ["€1,234.50", "€0.0042", "€0.02", "€3.07", "+€3.07", "-€14.60"]),
        ("fr", "EUR", ["1 234,50 €", "0,0042 €", "0,02 €", "3,07 €", "+3,07 €", "-14,60 €"]),
        ("en", "JPY", ["¥1,234", "¥0.0042", "¥0.02", "¥3", "+¥3", "-¥15"]),
    ],
)
def test_amounts_are_written_as_readers_write_them(language: str, currency: str, written: list[str]) -> None:
    hour = Decimal("0.0042")
    with translation.override(language), override_settings(CURRENCY=currency):
        found = [
            money(Decimal("1234.5")),
            price(hour),
            price(Decimal("0.0200")),
            monthly(hour),
            monthly_change(hour),
            monthly_change(Decimal("-0.02")),
        ]
    # Babel writes spaces that do not break.
    assert [amount.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ") for amount in found] == written
