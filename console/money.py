"""Amounts of money in the currency of the deployment, made cheaply enough to stand in each row of a long list."""

from copy import copy
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, format_compact_currency
from django.conf import settings
from django.utils.translation import get_language, to_locale
from moneyed import Money, get_currency

# What an hour of a small thing costs may be less than the smallest coin.
PRICE_DIGITS = 4
# A twelfth of a year, as clouds count it.
HOURS_A_MONTH = 730


def digits_of(currency: str) -> int:
    """Return how many digits a currency has after the point (ISO 4217: 2 for EUR, 0 for JPY)."""
    return len(str(get_currency(currency).sub_unit)) - 1


def money(amount: Decimal | Money) -> str:
    """Return ``€1,234.50`` or ``1 234,50 €``: as readers of the language in force write it, to the smallest coin.

    A number is an amount in the currency of the deployment; `Money` says its own.
    """
    if isinstance(amount, Money):
        return _written(amount.amount, 0, str(amount.currency))
    return _written(amount, 0)


def price(amount: Decimal | Money) -> str:
    """Return ``€0.0042``: the price of one unit, exactly, to the fourth decimal; currencies as of `money`."""
    if isinstance(amount, Money):
        return _written(amount.amount, PRICE_DIGITS, str(amount.currency))
    return _written(amount, PRICE_DIGITS)


def monthly(hourly: Decimal) -> str:
    """Return what an hourly price comes to in a month, about."""
    return money(hourly * HOURS_A_MONTH)


def monthly_change(hourly: Decimal) -> str:
    """Return ``+€14.60`` or ``-€14.60``: by how much a month changes when an hour does."""
    return f"+{monthly(hourly)}" if hourly > 0 else monthly(hourly)


def brief(amount: Money) -> str:
    """Return ``€250``, ``€0.25`` or ``€1.5K``: at the side of a picture, where there is no room for more."""
    locale = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))
    written: str = format_compact_currency(amount.amount, str(amount.currency), locale=locale, fraction_digits=2)
    return written


def _written(amount: Decimal, most: int, currency: str = "") -> str:
    currency = currency or settings.CURRENCY
    locale, pattern = _pattern(get_language() or settings.LANGUAGE_CODE, currency, most)
    written: str = pattern.apply(amount, locale, currency=currency, currency_digits=False)
    return written


@lru_cache
def _pattern(language: str, currency: str, most: int) -> tuple[Locale, NumberPattern]:
    """How amounts are written in a language, with the digits of the currency, and ``most`` where there are as many."""
    locale = Locale.parse(to_locale(language))
    pattern = copy(locale.currency_formats["standard"])
    least = digits_of(currency)
    pattern.frac_prec = (least, max(least, most))
    return locale, pattern
