"""Value-added tax: whether it is due, where, and at which rate.

Rules of the European Union for services by electronic means (Directive 2006/112/EC, articles 44, 58 and 196), and for
sellers elsewhere those of their own country. What a buyer's number says is checked where it is typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

# Standard rates in percent, each from that day on: "VAT rates applied in the Member States of the European Union"
# (European Commission, Taxes in Europe Database), for GB the Value Added Tax Act 1994, section 2, for CH the
# Mehrwertsteuergesetz, article 25, for NO the Stortingsvedtak om merverdiavgift. Staff set others (`TaxRate`).
RATES: tuple[tuple[date, Mapping[str, str]], ...] = (
    (
        date(2025, 1, 1),
        {
            "AT": "20",
            "BE": "21",
            "BG": "20",
            "CY": "19",
            "CZ": "21",
            "DE": "19",
            "DK": "25",
            "EE": "22",
            "ES": "21",
            "FI": "25.5",
            "FR": "20",
            "GR": "24",
            "HR": "25",
            "HU": "27",
            "IE": "23",
            "IT": "22",
            "LT": "21",
            "LU": "17",
            "LV": "21",
            "MT": "18",
            "NL": "21",
            "PL": "23",
            "PT": "23",
            "RO": "19",
            "SE": "25",
            "SI": "22",
            "SK": "23",
            # Not in the Union: for those who sell from there.
            "CH": "8.1",
            "GB": "20",
            "NO": "25",
        },
    ),
    (date(2025, 7, 1), {"EE": "24"}),
    (date(2025, 8, 1), {"RO": "21"}),
)
_ELSEWHERE = frozenset({"CH", "GB", "NO"})
UNION = frozenset(RATES[0][1]) - _ELSEWHERE
# Countries whose VAT is that of another one (articles 6 and 7); and how the Union's numbers name Greece. Northern
# Ireland is in the Union's VAT for goods alone: services there are of Great Britain, whatever a number begins with.
_SAME_AS: Mapping[str, str] = {"MC": "FR", "IM": "GB", "EL": "GR", "XI": "GB"}


class Treatment(models.TextChoices):
    """How a charge is taxed."""

    DOMESTIC = "domestic", _("VAT of the country")
    REVERSE_CHARGE = "reverse_charge", _("reverse charge")
    OUTSIDE = "outside", _("outside the scope of VAT")
    # The seller has no VAT number.
    NONE = "none", _("without VAT")


class NoRate(LookupError):
    """Neither this module nor staff know the rate of a country; ``args[0]``: its code."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """A seller or a buyer; ``country``: a code of ISO 3166-1, empty where it is not known."""

    country: str
    has_vat_number: bool


@dataclass(frozen=True, kw_only=True)
class Treated:
    """How something is taxed; ``rate``: in percent, 0 where none is due; ``country``: whose rules those are."""

    treatment: Treatment
    rate: Decimal
    country: str


def rate_in(country: str, day: date, set_by_staff: Mapping[str, Decimal] | None = None) -> Decimal:
    """Return the standard rate of a country on a day, in percent; what staff have set counts first.

    ``set_by_staff``: by the country's code, as in force on that day. Raises NoRate.
    """
    country = _SAME_AS.get(country, country)
    if set_by_staff and country in set_by_staff:
        return set_by_staff[country]
    found = [rates[country] for since, rates in RATES if country in rates and (since <= day or since == RATES[0][0])]
    if not found:
        raise NoRate(country)
    return Decimal(found[-1])


def treatment_of(seller: Party, buyer: Party, day: date, set_by_staff: Mapping[str, Decimal] | None = None) -> Treated:
    """Return how something is taxed that ``seller`` supplies to ``buyer`` on ``day``; arguments as of `rate_in`.

    In the Union: a business elsewhere in it pays the VAT itself (articles 44 and 196), a consumer pays that of their
    own country, which the seller declares through the one-stop shop (article 58), and what goes out of it is outside
    the scope. A buyer of whom no country is known is taken for one of the seller's. Parts of a member state that its
    VAT leaves out (the Canary Islands) are not told apart. Raises NoRate.
    """
    if not seller.has_vat_number:
        return Treated(treatment=Treatment.NONE, rate=Decimal(0), country="")
    home = _SAME_AS.get(seller.country, seller.country)
    there = _SAME_AS.get(buyer.country, buyer.country) or home
    if there == home:
        return Treated(treatment=Treatment.DOMESTIC, rate=rate_in(home, day, set_by_staff), country=home)
    if not {home, there} <= UNION:
        return Treated(treatment=Treatment.OUTSIDE, rate=Decimal(0), country=there)
    if buyer.has_vat_number:
        return Treated(treatment=Treatment.REVERSE_CHARGE, rate=Decimal(0), country=there)
    return Treated(treatment=Treatment.DOMESTIC, rate=rate_in(there, day, set_by_staff), country=there)


def vat_on(net: int, rate: Decimal) -> int:
    """Return the VAT on ``net``, both in the smallest unit; halves go away from zero (article 226 leaves it open)."""
    return int((net * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))
