"""VAT numbers by country: checked by their form and check digits (python-stdnum), never asked about elsewhere."""

from typing import Any

from django.utils.translation import gettext as _
from stdnum import get_cc_module
from stdnum.eu import vat as european
from stdnum.exceptions import InvalidChecksum, InvalidLength

from console.refusal import Refused
from console.text import one_line

VAT_LENGTH = 32
# The prefix of a country where it is not its code: Greece calls itself Ellada; and Northern Ireland is in the EU's VAT.
PREFIXES = {"GR": "EL"}
NORTHERN_IRELAND = "XI"
# The word for VAT that numbers end with there, and that people leave out.
SUFFIXES = {"CH": "MWST", "NO": "MVA"}


def clean_vat_number(typed: str, country: str) -> str:
    """A VAT number as it is kept: without spaces and dots, in the European Union with the prefix of its country.

    ``country``: the one of the address. Where it has no rules that we know, any short text is one. Raises Refused, at
    the field ``vat_number``.
    """
    number = one_line(typed, len(typed))
    if not number:
        return ""
    if not country:
        raise _refused(_("Choose the country first: each has VAT numbers of its own."))
    if country.lower() in european.MEMBER_STATES:
        return _european(number, PREFIXES.get(country, country))
    if country == "GB" and number.upper().startswith(NORTHERN_IRELAND):
        return _european(number, NORTHERN_IRELAND)
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return _bounded(number)
    has_word = number[-1:].isalpha()
    return _checked(module, number if has_word else number + SUFFIXES.get(country, ""))


def _european(number: str, prefix: str) -> str:
    compact = number.upper()
    if compact[:2] != prefix and compact[:2].lower() in european.MEMBER_STATES and compact[2:3].isdigit():
        raise _refused(
            _("This number belongs to another country. One of the country above begins with %(prefix)s.")
            % {"prefix": prefix}
        )
    return _checked(european, number if compact.startswith(prefix) else prefix + number)


def _checked(module: Any, number: str) -> str:
    try:
        return _bounded(str(module.validate(number)))
    except InvalidChecksum:
        raise _refused(_("One of its digits is wrong. Compare it with your registration.")) from None
    except InvalidLength:
        raise _refused(_("It is too short or too long. Compare it with your registration.")) from None
    except ValueError:
        # What no rule foresaw: digits of other alphabets, for one.
        raise _refused(_("VAT numbers of this country are not written like this.")) from None


def _bounded(number: str) -> str:
    if len(number) > VAT_LENGTH:
        raise _refused(_("It has at most %d characters.") % VAT_LENGTH)
    return number


def _refused(sentence: str) -> Refused:
    return Refused(sentence, code="vat-number", field="vat_number")
