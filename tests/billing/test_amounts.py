"""Amounts as people type them: read alike in each way of writing, refused at the field, never taken for another one."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from billing.amounts import LARGEST, read_amount, to_money, to_typed, to_units
from billing.forms.amounts import AmountField
from console.forms import ActionForm
from console.money import money
from console.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "currency", "units"),
    [
        ("25", "EUR", 2500),
        ("25.5", "EUR", 2550),
        ("25,50", "EUR", 2550),
        ("0.01", "EUR", 1),
        (" 25 ", "EUR", 2500),
        ("€25", "EUR", 2500),
        ("25 €", "EUR", 2500),
        ("eur 25", "EUR", 2500),
        ("25EUR", "EUR", 2500),
        ("1,234.50", "EUR", 123450),
        ("1.234,50", "EUR", 123450),
        ("1 234,50 €", "EUR", 123450),
        ("1\u202f234,50\u00a0€", "EUR", 123450),
        ("1'234.50", "EUR", 123450),
        ("1 000", "EUR", 100000),
        ("1,000,000", "EUR", LARGEST),
        ("007", "EUR", 700),
        ("$5", "USD", 500),
        ("$5", "CAD", 500),
        ("CA$5", "CAD", 500),
        ("500", "JPY", 500),
        ("¥1,234", "JPY", 1234),
        ("1.234", "KWD", 1234),
    ],
)
def test_what_people_type(typed: str, currency: str, units: int) -> None:
    assert read_amount(typed, currency) == units


REFUSED = {
    "amount": [
        "",
        " ",
        "ten",
        "NaN",
        "Infinity",
        "-inf",
        "1e5",
        "1E+5",
        "+5",
        "\u0665",
        "\uff15",
        "0x10",
        "1_000",
        "5 0",
        "1 00",
        "1,00,000",
        "1,234,50",
        "1.2.3",
        ".5",
        "5.",
        "5-",
        "--5",
        "-€-5",
        "EUR 5 EUR",
        "EUREUR 5",
        "5 euros",
        "=5",
        "5\n6",
    ],
    "too-small": ["0", "0.00", "-5", "\u22125", "-€5", "€-5", "-0"],
    "too-fine": [
        "0.001",
        "1234.567",
        "0.10000000000000000000000000000000000001",
        "0.019999999999999999999999999999999",
    ],
    "ambiguous": ["1,234", "1.234", "25.500"],
    "too-large": ["1000000.01", "10 000 000", "1000000000000", "9" * 5000],
    "currency": ["USD 5", "$5", "5 £", "US$5", "5 chf"],
}


def test_what_is_no_amount_here_is_refused_with_the_reason() -> None:
    for code, texts in REFUSED.items():
        for typed in texts:
            with pytest.raises(Refused) as refusal:
                read_amount(typed, "EUR", field="price")
            assert (typed, refusal.value.code, refusal.value.field) == (typed, code, "price")
    for typed, currency, code in [
        ("5.50", "JPY", "too-fine"),
        ("1,234", "KWD", "ambiguous"),
        ("CA$5", "USD", "currency"),
    ]:
        with pytest.raises(Refused) as refusal:
            read_amount(typed, currency)
        assert (typed, refusal.value.code) == (typed, code)


def test_a_refusal_says_what_to_type() -> None:
    with pytest.raises(Refused, match=r"The least is €5\.00"):
        read_amount("4.99", "EUR", least=500)
    with pytest.raises(Refused, match=r"The most at once is €1,000,000\.00"):
        read_amount("1000001", "EUR")
    with pytest.raises(Refused, match="Amounts here are in EUR"):
        read_amount("USD 5", "EUR")
    with pytest.raises(Refused, match=r"The smallest coin is €0\.01"):
        read_amount("0.001", "EUR")


@given(st.integers(1, LARGEST), st.sampled_from(["EUR", "USD", "JPY", "CHF"]), st.sampled_from(["en", "fr"]))
def test_what_we_write_is_read_as_it_was(units: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert read_amount(to_typed(units, currency), currency) == units
        assert read_amount(money(to_money(units, currency)), currency) == units


@given(st.text(alphabet="0123456789.,' -+€$eEUR\u202f\u0665", max_size=24))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    with suppress(Refused):
        assert 1 <= read_amount(typed, "EUR") <= LARGEST


def test_halves_go_away_from_zero_as_on_a_till() -> None:
    for exact, units in [("0.005", 1), ("-0.005", -1), ("0.0049", 0), ("1.015", 102), ("0.0050", 1)]:
        assert to_units(Decimal(exact), "EUR") == units


class PriceForm(ActionForm):
    """One amount."""

    amount = AmountField(least=500)
    below = AmountField(required=False, least=0)


def test_the_field_gives_the_smallest_unit_and_keeps_what_was_typed() -> None:
    form = PriceForm({"amount": "12,5", "below": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"amount": 1250, "below": None}
    wrong = PriceForm({"amount": "4,99 €"})
    assert wrong.errors == {"amount": ["The least is €5.00."]}
    assert 'value="4,99 €"' in wrong["amount"].as_widget()
    assert 'inputmode="decimal"' in wrong["amount"].as_widget()
    fresh = PriceForm(initial={"amount": 123450})
    assert 'value="1234.50"' in fresh["amount"].as_widget()
    with translation.override("fr"):
        assert 'value="1234,50"' in PriceForm(initial={"amount": 123450})["amount"].as_widget()
    assert not PriceForm({"amount": "1234.50", "below": ""}, initial={"amount": 123450}).has_changed()
    with pytest.raises(ValidationError):
        AmountField().clean("9" * 41)
