"""Countries by their telephone numbers, named in the reader's language (Unicode CLDR, through Babel)."""

from functools import lru_cache

import phonenumbers
from babel import Locale
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from console.text import fold


@lru_cache
def countries(language: str) -> list[tuple[str, str]]:
    """Each region code of ISO 3166-1 with its name and calling code, in the order of the language's alphabet."""
    names = locale_of(language).territories
    found = [
        (code, f"{names[code]} (+{phonenumbers.country_code_for_region(code)})")
        for code in phonenumbers.SUPPORTED_REGIONS
        if code in names
    ]
    return sorted(found, key=lambda pair: fold(pair[1]))


def country_choices() -> list[tuple[str, str]]:
    """The countries, for a choice field of a page in the current language."""
    return [("", _("Not said")), *countries(get_language() or "en")]


def locale_of(language: str) -> Locale:
    """What Babel knows of the language, given as Django writes it (`fr`, `pt-br`)."""
    return Locale.parse(to_locale(language))


def country_of(number: object) -> str:
    """The region code of a phone number; empty where it belongs to none."""
    if not isinstance(number, phonenumbers.PhoneNumber):
        return ""
    return phonenumbers.region_code_for_number(number) or ""


def national(number: object) -> str:
    """A phone number as it is dialled inside its country: `06 12 34 56 78`; empty where there is none."""
    if not isinstance(number, phonenumbers.PhoneNumber):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


def example(country: str) -> str:
    """How a mobile number looks in a country."""
    known = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    return national(known or phonenumbers.example_number(country))
