"""VAT: whose rules count, and at which rate; the tables are typed by hand."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Event
from billing.models import TaxRate
from billing.taxes import NoRate, Party, rate_in, treatment_of, vat_on
from tests.cast import make_person
from tests.reading import body

DAY = date(2026, 11, 22)

# Standard rates of 2026 (European Commission, Taxes in Europe Database).
RATES = {
    "AT": "20", "BE": "21", "BG": "20", "HR": "25", "CY": "19", "CZ": "21", "DK": "25", "EE": "24", "FI": "25.5",
    "FR": "20", "DE": "19", "GR": "24", "HU": "27", "IE": "23", "IT": "22", "LV": "21", "LT": "21", "LU": "17",
    "MT": "18", "NL": "21", "PL": "23", "PT": "23", "RO": "21", "SK": "23", "SI": "22", "ES": "21", "SE": "25",
    "GB": "20", "CH": "8.1", "NO": "25",
}  # fmt: skip

# Seller's country, buyer's country, whether the buyer has a VAT number: treatment, rate, country.
TREATMENTS = [
    ("FR", "FR", True, "domestic", "20", "FR"),
    ("FR", "FR", False, "domestic", "20", "FR"),
    ("FR", "", False, "domestic", "20", "FR"),
    # In the Union: a business accounts for it, a consumer pays that of their country.
    ("FR", "DE", True, "reverse_charge", "0", "DE"),
    ("FR", "DE", False, "domestic", "19", "DE"),
    ("DE", "FI", False, "domestic", "25.5", "FI"),
    # Greece, whose numbers begin with EL.
    ("GR", "GR", True, "domestic", "24", "GR"),
    ("FR", "GR", False, "domestic", "24", "GR"),
    ("FR", "EL", True, "reverse_charge", "0", "GR"),
    # Monaco is of France.
    ("FR", "MC", True, "domestic", "20", "FR"),
    ("DE", "MC", False, "domestic", "20", "FR"),
    ("DE", "MC", True, "reverse_charge", "0", "FR"),
    # Out of the Union, with and without a number; Northern Ireland is in it for goods alone.
    ("FR", "GB", True, "outside", "0", "GB"),
    ("FR", "XI", True, "outside", "0", "GB"),
    ("FR", "US", False, "outside", "0", "US"),
    ("FR", "CH", True, "outside", "0", "CH"),
    # Sellers elsewhere: their own country's, and nothing beyond.
    ("CH", "CH", True, "domestic", "8.1", "CH"),
    ("CH", "FR", False, "outside", "0", "FR"),
    ("GB", "GB", False, "domestic", "20", "GB"),
    ("GB", "IM", False, "domestic", "20", "GB"),
    ("NO", "", False, "domestic", "25", "NO"),
]


def test_each_country_has_its_rate() -> None:
    assert {country: str(rate_in(country, DAY)) for country in RATES} == RATES
    with pytest.raises(NoRate):
        rate_in("US", DAY)


def test_a_rate_counts_from_its_day_on() -> None:
    assert [rate_in("EE", date(2025, 6, 30)), rate_in("EE", date(2025, 7, 1))] == [Decimal(22), Decimal(24)]
    assert [rate_in("RO", date(2025, 7, 31)), rate_in("RO", date(2025, 8, 1))] == [Decimal(19), Decimal(21)]
    assert rate_in("FR", date(2020, 1, 1)) == Decimal(20)


def test_who_buys_where_decides_on_the_vat() -> None:
    for seller, buyer, has_number, treatment, rate, country in TREATMENTS:
        found = treatment_of(
            Party(country=seller, has_vat_number=True), Party(country=buyer, has_vat_number=has_number), DAY
        )
        assert (found.treatment, str(found.rate), found.country) == (treatment, rate, country), (seller, buyer)


def test_a_seller_without_a_number_charges_none() -> None:
    found = treatment_of(Party(country="FR", has_vat_number=False), Party(country="FR", has_vat_number=False), DAY)
    assert (found.treatment, found.rate, found.country) == ("none", Decimal(0), "")


def test_what_staff_have_set_counts_first() -> None:
    own = {"FR": Decimal("21.5"), "US": Decimal(7)}
    assert rate_in("FR", DAY, own) == rate_in("MC", DAY, own) == Decimal("21.5")
    seller = Party(country="US", has_vat_number=True)
    assert treatment_of(seller, seller, DAY, own).rate == Decimal(7)


def test_halves_of_a_cent_go_away_from_zero() -> None:
    rates = [(2000, "20", 400), (5, "10", 1), (4, "10", 0), (-5, "10", -1), (333, "25.5", 85), (0, "20", 0)]
    assert [vat_on(net, Decimal(rate)) for net, rate, _vat in rates] == [vat for _net, _rate, vat in rates]


def test_staff_set_a_rate_and_it_stands_in_the_log(db: None) -> None:
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    add = "/admin/billing/taxrate/add/"
    typed = {"country": "DE", "rate": "20.5", "since": "2026-04-01"}
    assert stella.post(add, typed).status_code == 302
    row = TaxRate.objects.get()
    page = f"/admin/billing/taxrate/{row.pk}/change/"
    assert stella.post(page, {**typed, "country": "FR", "rate": "21"}).status_code == 302
    assert TaxRate.objects.in_force(date(2026, 4, 1)) == {"DE": Decimal(21)}
    events = Event.objects.filter(action="tax_rate.set").order_by("id")
    assert [(event.before, event.after["rate"]) for event in events] == [
        ({}, "20.50"), ({"rate": "20.50"}, "21.00")
    ]  # fmt: skip
    assert stella.post(f"/admin/billing/taxrate/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    for wrong, says in (("EL", "that of Greece is GR"), ("de", "country"), ("DE", "already exists")):
        assert says in body(stella.post(add, {**typed, "country": wrong}))
    assert TaxRate.objects.count() == 1
