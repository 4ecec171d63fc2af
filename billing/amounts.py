"""Amounts: whole numbers of a currency's smallest unit where they are kept, `Money` where they are shown or typed."""

import re
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

from babel.numbers import format_decimal, get_currency_symbol, get_decimal_symbol
from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _
from moneyed import CURRENCIES, Money, get_currency

from console.money import digits_of, money
from console.refusal import Refused

# In the smallest unit: the most that a person moves at once (a million euros), and what the database takes at once.
LARGEST = 10**8
MOST = 10**15
# From the first digit to the last, with what stands before it: around that people put the currency.
_CORE = re.compile(r"[-−+]?[0-9](?:.*[0-9])?", re.DOTALL)  # noqa: RUF001 -- a minus sign, as some keyboards have it
# Whole as it is, or in threes with one and the same sign between them; a point and a comma may be either.
_NUMBER = re.compile(
    r"(?P<minus>[-−]?)"  # noqa: RUF001 -- as above
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?P<between>[ \u00a0\u2009\u202f'\u2019.,])[0-9]{3}(?:(?P=between)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<fraction>[0-9]+))?"
)
_THOUSAND = 3


def to_money(units: int, currency: str) -> Money:
    """Return the amount that ``units`` of the smallest coin of a currency make (ISO 4217: 100 for EUR, 1 for JPY)."""
    known = get_currency(currency)
    return Money(Decimal(units) / known.sub_unit, known)


def to_units(amount: Decimal, currency: str) -> int:
    """Return an amount of the currency in its smallest unit; halves go away from zero, as on a till."""
    return int((amount * get_currency(currency).sub_unit).quantize(Decimal(1), ROUND_HALF_UP))


def to_typed(units: int, currency: str) -> str:
    """Return an amount as a reader of the language in force would type it: ``1234.50``, or ``1234,50``."""
    digits = digits_of(currency)
    pattern = f"0.{'0' * digits}" if digits else "0"
    return format_decimal(to_money(units, currency).amount, pattern, _locale())


def read_amount(typed: str, currency: str, *, least: int = 1, field: str = "amount") -> int:
    """Return what a person typed as an amount of the currency, in its smallest unit.

    ``1234.5``, ``1 234,50``, ``1,234.50``, ``€1234.50`` and ``1234.50 EUR`` are read alike. Raises Refused, at
    ``field``, for what is no number, another currency, below ``least`` units, above `LARGEST`, finer than the smallest
    coin, or could be read in two ways (``1,234``).
    """
    match = _NUMBER.fullmatch(_without_currency(typed.strip(), currency, field))
    if match is None or (match["between"] and match["between"] == match["point"]):
        raise _no_amount(field)
    whole, fraction = _parts(match, currency, field)
    if len(fraction) > digits_of(currency):
        smallest = money(to_money(1, currency))
        message = _("The smallest coin is %s: type an amount without a fraction of it.") % smallest
        raise Refused(message, code="too-fine", field=field)
    # Python itself refuses to read very long ones.
    if len(whole) > len(str(LARGEST)):
        raise _too_large(currency, field)
    units = int((whole or "0") + fraction.ljust(digits_of(currency), "0"))
    if match["minus"] or units < least:
        raise Refused(_("The least is %s.") % money(to_money(least, currency)), code="too-small", field=field)
    if units > LARGEST:
        raise _too_large(currency, field)
    return units


def _parts(match: re.Match[str], currency: str, field: str) -> tuple[str, str]:
    """The digits before and after the point; three behind a sign may be a fraction, or thousands. Raises Refused."""
    whole, fraction = re.sub(r"[^0-9]", "", match["whole"]).lstrip("0"), match["fraction"] or ""
    is_clear = match["between"] or not whole or len(whole) > _THOUSAND or len(fraction) != _THOUSAND
    if is_clear or (digits_of(currency) == _THOUSAND and match["point"] == get_decimal_symbol(_locale())):
        return whole, fraction
    if not digits_of(currency):
        return whole + fraction, ""
    message = _("This could be read in two ways. Type it without a sign between thousands, like 1234.")
    raise Refused(message, code="ambiguous", field=field)


def _without_currency(text: str, currency: str, field: str) -> str:
    """What was typed without the code or the sign of the currency. Raises Refused for another one, or none at all."""
    core = _CORE.search(text)
    if core is None:
        raise _no_amount(field)
    before, after = text[: core.start()].strip(), text[core.end() :].strip()
    minus, mark = ("-", before[1:].strip()) if before[:1] in {"-", "\u2212"} else ("", before)
    if (mark and after) or (minus and core[0][0] in "-\u2212+"):
        raise _no_amount(field)
    mark = (mark or after).upper()
    if mark and not _is_of(currency, mark):
        if mark in CURRENCIES or any(category(character) == "Sc" for character in mark):
            raise Refused(_("Amounts here are in %s.") % currency, code="currency", field=field)
        raise _no_amount(field)
    return minus + core[0]


def _is_of(currency: str, mark: str) -> bool:
    """Whether a code or a sign is the currency's; a sign that it shares with others counts as its own."""
    signs = {get_currency_symbol(currency, locale).upper() for locale in ("en", _locale())}
    return mark == currency or mark in signs or (category(mark[0]) == "Sc" and any(mark in sign for sign in signs))


def _locale() -> str:
    return to_locale(get_language() or settings.LANGUAGE_CODE)


def _no_amount(field: str) -> Refused:
    return Refused(_("Type an amount, like 25 or 25.50."), code="amount", field=field)


def _too_large(currency: str, field: str) -> Refused:
    most = money(to_money(LARGEST, currency))
    return Refused(_("The most at once is %s.") % most, code="too-large", field=field)
