"""Amounts: whole numbers of a currency's smallest unit where they are kept, `Money` where they are shown or typed."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _
from moneyed import Money, get_currency

from console.money import money
from console.refusal import Refused

# The most that a person moves at once, and a thousand times that: what the database takes in one entry.
LARGEST = 1_000_000
MOST = 10**15
# What people put between thousands, or around an amount: spaces of all kinds and apostrophes.
_GROUPING = re.compile(r"[\s\u00a0\u202f'\u2019]")
_PLAIN = re.compile(r"\A-?[0-9]+([.,][0-9]+)?\Z")


def to_money(units: int, currency: str) -> Money:
    """Return the amount that ``units`` of the smallest coin of a currency make (ISO 4217: 100 for EUR, 1 for JPY)."""
    known = get_currency(currency)
    return Money(Decimal(units) / known.sub_unit, known)


def to_units(amount: Decimal, currency: str) -> int:
    """Return an amount of the currency in its smallest unit; halves go away from zero, as on a till."""
    return int((amount * get_currency(currency).sub_unit).quantize(Decimal(1), ROUND_HALF_UP))


def read_amount(typed: str, currency: str, *, least: int = 1, field: str = "amount") -> int:
    """Return what a person typed as an amount of the currency, in its smallest unit.

    ``12.34``, ``12,34``, ``€12.34`` and ``12.34 EUR`` are read alike. Raises Refused, at ``field``, for what is no
    number, another currency, below ``least`` units, above a million, or finer than the smallest coin.
    """
    text = _without_currency(typed, currency, field)
    if not _PLAIN.match(text):
        raise Refused(_("Type an amount, like 25 or 25.50."), code="amount", field=field)
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise Refused(_("Type an amount, like 25 or 25.50."), code="amount", field=field) from None
    if amount > LARGEST:
        raise Refused(_most(currency), code="too-large", field=field)
    exact = amount * get_currency(currency).sub_unit
    if exact != int(exact):
        smallest = money(to_money(1, currency))
        raise Refused(
            _("The smallest coin is %s: type an amount without a fraction of it.") % smallest,
            code="too-fine",
            field=field,
        )
    if exact < least:
        raise Refused(_("The least is %s.") % money(to_money(least, currency)), code="too-small", field=field)
    return int(exact)


def _most(currency: str) -> str:
    most = money(Money(LARGEST, currency))
    return _("The most at once is %s.") % most


def _without_currency(typed: str, currency: str, field: str) -> str:
    """What was typed without the code or the sign of the currency. Raises Refused for another one."""
    text = _GROUPING.sub("", typed)
    code = "".join(re.findall(r"[A-Za-z]+", text)).upper()
    sign = "".join(character for character in text if character in "€$£¥₣₹₽₩₺")
    is_ours = code in {"", currency} and sign in {"", _sign(currency)}
    # Neither Infinity nor NaN nor 1E9 is another currency.
    if not is_ours and len(code) == len("EUR") and code.isalpha() and code not in {"NAN", "INF"}:
        raise Refused(_("Amounts here are in %s.") % currency, code="currency", field=field)
    if not is_ours and sign:
        raise Refused(_("Amounts here are in %s.") % currency, code="currency", field=field)
    return text.upper().replace(currency, "").replace(_sign(currency) or "\0", "")


def _sign(currency: str) -> str:
    return {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}.get(currency, "")
