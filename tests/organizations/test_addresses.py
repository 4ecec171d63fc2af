"""Addresses and VAT numbers by country, compared with what is typed here by hand."""

import pytest
from django.utils import translation

from console.refusal import Refused
from organizations.addresses import check_address, countries, country_name, format_address, parts_of
from organizations.vat import clean_vat_number


@pytest.mark.parametrize(
    ("country", "typed", "lines"),
    [
        (
            "DE",
            {"street_address": "Unter den Linden 1", "postal_code": "10117", "city": "Berlin"},
            ["Acme", "Unter den Linden 1", "10117 BERLIN", "Germany"],
        ),
        (
            "US",
            {
                "street_address": "1 Infinite Loop",
                "city": "Cupertino",
                "country_area": "california",
                "postal_code": "95014",
            },
            ["Acme", "1 Infinite Loop", "CUPERTINO, CA 95014", "United States"],
        ),
        (
            "GB",
            {"street_address": "10 Downing Street", "city": "London", "postal_code": "sw1a 2aa"},
            ["Acme", "10 Downing Street", "LONDON", "SW1A 2AA", "United Kingdom"],
        ),
        (
            "NL",
            {"street_address": "Dam 1", "postal_code": "1012 jl", "city": "Amsterdam"},
            ["Acme", "Dam 1", "1012 JL AMSTERDAM", "Netherlands"],
        ),
        (
            "JP",
            {"street_address": "1-1 Chiyoda", "country_area": "Tokyo", "postal_code": "100-0001"},
            ["Acme", "1-1 Chiyoda, TOKYO", "100-0001", "Japan"],
        ),
        (
            "JP",
            {"street_address": "千代田1-1", "country_area": "東京都", "postal_code": "100-0001"},
            ["〒100-0001", "東京都", "千代田1-1", "Acme", "Japan"],
        ),
    ],
)
def test_an_address_is_written_as_its_country_does(country: str, typed: dict[str, str], lines: list[str]) -> None:
    parts, wrong = check_address(country, typed)
    assert wrong == {}
    assert format_address(country, {"company_name": "Acme", **parts}) == lines


def test_a_country_is_named_in_the_readers_language() -> None:
    with translation.override("fr"):
        assert country_name("DE") == "Allemagne"
        assert [name for _code, name in countries("fr")][:3] == ["Afghanistan", "Afrique du Sud", "Albanie"]


def test_every_country_can_be_filled_in() -> None:
    """No file of the package is one that its own code trips over."""
    assert len(countries("en")) > 240
    for code, _name in countries("en"):
        for part in parts_of(code):
            assert str(part.label), (code, part)
            for area, _label in part.choices:
                check_address(code, {"country_area": area, "postal_code": "1"})
        found, _wrong = check_address(code, {"street_address": "1", "city": "A", "postal_code": "1"})
        assert format_address(code, {"company_name": "Acme", **found})[-1] == country_name(code)


def test_a_value_that_looks_like_a_rule_is_none() -> None:
    parts, _wrong = check_address("FR", {"street_address": "%C %n%Z {{ 7*7 }}", "postal_code": "75002", "city": "%O"})
    assert format_address("FR", {"company_name": "Acme", **parts}) == [
        "Acme",
        "%C %n%Z {{ 7*7 }}",
        "75002 %O",
        "France",
    ]


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FR", "FR 40 303 265 045", "FR40303265045"),
        ("FR", "40.303.265.045", "FR40303265045"),
        ("DE", "de136695976", "DE136695976"),
        ("GR", "094259216", "EL094259216"),
        ("GR", "EL 094259216", "EL094259216"),
        ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
        ("CH", "CHE-107.787.577", "CHE107787577MWST"),
        ("GB", "GB 980 7806 84", "980780684"),
        ("GB", "XI980780684", "XI980780684"),
        ("NO", "995 525 828", "995525828MVA"),
        ("NO", "NO 995 525 828 MVA", "995525828MVA"),
        ("US", "12-3456789", "12-3456789"),
        ("FR", "", ""),
        ("FR", " \r\n", ""),
    ],
)
def test_a_vat_number_is_kept_without_spaces(country: str, typed: str, kept: str) -> None:
    assert clean_vat_number(typed, country) == kept


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("FR", "FR40303265044"),
        ("FR", "DE136695976"),
        ("DE", "136695978"),
        ("DE", "²²²"),
        ("FR", "٣٤"),
        ("CH", "CHE-107.787.578"),
        ("GB", "GB980780685"),
        ("NO", "995525829"),
        ("US", "x" * 33),
        ("", "FR40303265045"),
        ("FR", "<script>"),
        ("DE", "{{ 7*7 }}"),
    ],
)
def test_a_wrong_one_is_refused_at_its_field(country: str, typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_vat_number(typed, country)
    assert refused.value.field == "vat_number"
