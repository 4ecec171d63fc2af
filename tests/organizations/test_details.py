"""Company, address and VAT number: what bills bear (text 004), with the fields of the country."""

import json
import re
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponseBase

from audit.models import Event
from organizations.models import Details
from organizations.portrait import draw
from tests.cast import Cast, Person
from tests.reading import body, error_at, main_words, words, words_at

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/settings/details/"
FRENCH = {
    "country": "FR",
    "shown": "FR",
    "company": "Acme SAS",
    "street_address": "8 rue de la Paix",
    "postal_code": "75002",
    "city": "Paris",
    "vat_number": "FR 40 303 265 045",
}


def save(person: Person, page: str = PAGE, **changes: str) -> HttpResponseBase:
    return person.client.post(page, FRENCH | changes)


def fields(page: HttpResponseBase) -> list[str]:
    """What the form asks for, in its order."""
    form = body(page).partition('id="details"')[2].partition("</form>")[0]
    return re.findall(r'<(?:input|select|textarea)[^>]*\bname="(\w+)"[^>]*\bid=', form)


def seen(page: HttpResponseBase) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', body(page))
    assert found
    return unescape(found[1])


class TestWhatIsSaved:
    def test_stands_as_on_a_bill(self, cast: Cast) -> None:
        assert save(cast.olivia).headers["Location"] == PAGE
        page = cast.olivia.client.get(PAGE)
        bill = re.search(r"<address>(.*?)</address>", body(page), re.DOTALL)
        assert bill
        assert [line.strip() for line in bill[1].split("<br>")] == [
            "Acme SAS",
            "8 rue de la Paix",
            "75002 PARIS",
            "France",
        ]
        assert "VAT number FR40303265045" in main_words(page)

    def test_is_written_down_with_what_changed(self, cast: Cast) -> None:
        save(cast.bella)
        save(cast.bella, city="Lyon", postal_code="69001")
        event = Event.objects.filter(action="details.edited").latest("id")
        assert event.after == {"fields": ["city", "postal_code"]}
        assert event.detail.texts == {"city": ["Paris", "Lyon"], "postal_code": ["75002", "69001"]}
        assert (event.actor_id, event.organization_id) == (cast.bella.user.pk, cast.acme.pk)

    def test_again_is_no_event(self, cast: Cast) -> None:
        for _ in range(2):
            save(cast.olivia)
        assert Event.objects.filter(action="details.edited").count() == 1

    def test_is_the_organizations_own(self, cast: Cast) -> None:
        save(cast.olivia)
        assert "8 rue de la Paix" not in body(cast.rita.client.get("/o/rival/settings/details/"))
        assert cast.rita.client.get(PAGE).status_code == 404

    @pytest.mark.parametrize("who", ["theo", "mia"])
    def test_is_not_for_everybody(self, cast: Cast, who: str) -> None:
        save(cast.olivia)
        assert getattr(cast, who).client.get(PAGE).status_code == 403
        assert save(getattr(cast, who), company="Mine").status_code == 403
        assert Details.objects.get().company == "Acme SAS"

    def test_may_come_from_a_program_that_was_shown_nothing(self, cast: Cast) -> None:
        assert cast.olivia.client.post(PAGE, {k: v for k, v in FRENCH.items() if k != "shown"}).status_code == 302

    def test_of_a_personal_account_needs_no_company(self, cast: Cast) -> None:
        """Text 004: the billing address and every detail belong to you."""
        mine = "/o/personal/settings/details/"
        assert save(cast.sam, mine, company="", vat_number="").status_code == 302
        assert Details.objects.get().organization == cast.sam.user.personal_account
        assert "8 rue de la Paix" in main_words(cast.sam.client.get(mine))
        assert "8 rue de la Paix" not in body(cast.mia.client.get(mine))


class TestTheFieldsOfACountry:
    @pytest.mark.parametrize(
        ("country", "expected"),
        [
            ("FR", ["street_address", "postal_code", "city"]),
            ("US", ["street_address", "city", "country_area", "postal_code"]),
            ("GB", ["street_address", "city", "postal_code"]),
            ("IE", ["street_address", "city_area", "city", "country_area", "postal_code"]),
            ("MC", ["street_address", "postal_code", "city", "sorting_code"]),
        ],
    )
    def test_are_asked_for_in_its_order(self, cast: Cast, country: str, expected: list[str]) -> None:
        page = cast.olivia.client.get(f"{PAGE}?country={country}")
        assert fields(page) == ["country", "company", *expected, "vat_number"]

    def test_have_its_names(self, cast: Cast) -> None:
        assert words_at(cast.olivia.client.get(f"{PAGE}?country=US"), "for", "id_postal_code") == "ZIP code"
        assert words_at(cast.olivia.client.get(f"{PAGE}?country=US"), "for", "id_country_area") == "State"
        assert words_at(cast.olivia.client.get(f"{PAGE}?country=IE"), "for", "id_postal_code") == "Eircode"
        assert words_at(cast.olivia.client.get(f"{PAGE}?country=FR"), "for", "id_postal_code") == "Postal code"

    def test_come_after_choosing_another_one_and_what_was_typed_stays(self, cast: Cast) -> None:
        """Without a script: the form is sent, nothing is saved yet, and the new fields are there."""
        page = save(cast.olivia, country="US", vat_number="12-3456789")
        assert page.status_code == 200
        assert not Details.objects.exists()
        assert fields(page)[2:] == ["street_address", "city", "country_area", "postal_code", "vat_number"]
        for typed in ("Acme SAS", "8 rue de la Paix", "Paris", "12-3456789"):
            assert typed in body(page)
        assert re.search(r'<option value="US" selected', body(page))
        done = save(
            cast.olivia,
            country="US",
            shown="US",
            city="Cupertino",
            country_area="CA",
            postal_code="95014",
            vat_number="",
            seen=seen(page),
        )
        assert done.status_code == 302
        assert Details.objects.get().lines == ["Acme SAS", "8 rue de la Paix", "CUPERTINO, CA 95014", "United States"]

    def test_come_at_once_where_a_script_asks_and_it_never_saves(self, cast: Cast) -> None:
        assert 'data-hx-target="#details"' in body(cast.olivia.client.get(PAGE))
        page = cast.olivia.client.post(PAGE, FRENCH, headers={"HX-Request": "true"})
        assert page.status_code == 200
        assert not Details.objects.exists()

    def test_of_a_former_country_are_given_up(self, cast: Cast) -> None:
        save(
            cast.olivia,
            country="US",
            shown="US",
            city="Cupertino",
            country_area="CA",
            postal_code="95014",
            vat_number="",
        )
        save(cast.olivia)
        assert Details.objects.get().country_area == ""

    @pytest.mark.parametrize("country", ["ZZ", "XX", "fr", "FRA", "all", "../all", "\0", "<b>", "ALL", "zz--en"])
    def test_are_those_of_no_made_up_country(self, cast: Cast, country: str) -> None:
        assert cast.olivia.client.get(PAGE, {"country": country}).status_code == 200
        page = save(cast.olivia, country=country, shown=country)
        assert error_at(page, "country") in {
            "Choose a country from the list.",
            "Null characters are not allowed.",
        }
        assert not Details.objects.exists()


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("changes", "field", "error"),
        [
            ({"postal_code": "7500"}, "postal_code", "For France it is written like this: 33380."),
            ({"postal_code": ""}, "postal_code", "This field is required."),
            ({"city": ""}, "city", "This field is required."),
            ({"street_address": " "}, "street_address", "This field is required."),
            ({"company": ""}, "company", "This field is required."),
            ({"country": ""}, "country", "This field is required."),
            (
                {"vat_number": "FR40303265044"},
                "vat_number",
                "One of its digits is wrong. Compare it with your registration.",
            ),
            ({"vat_number": "40303"}, "vat_number", "It is too short or too long. Compare it with your registration."),
            (
                {"vat_number": "DE136695976"},
                "vat_number",
                "This number belongs to another country. One of the country above begins with FR.",
            ),
            ({"country": "US", "shown": "US", "country_area": "XX"}, "country_area", "Choose one from the list."),
            (
                {"country": "US", "shown": "US", "country_area": "CA", "postal_code": "10001", "vat_number": ""},
                "postal_code",
                "It is not in California. Check both.",
            ),
        ],
    )
    def test_is_said_at_its_field_and_nothing_is_saved(
        self, cast: Cast, changes: dict[str, str], field: str, error: str
    ) -> None:
        page = save(cast.olivia, **changes)
        assert page.status_code == 200
        assert error_at(page, field) == error
        assert not Details.objects.exists()

    def test_is_said_all_at_once(self, cast: Cast) -> None:
        page = save(cast.olivia, postal_code="7500", vat_number="FR1", company="")
        assert all(error_at(page, field) for field in ("company", "postal_code", "vat_number"))
        assert "3 fields need your attention." in words(page)
        assert "Paris" in body(page)

    @pytest.mark.parametrize("field", ["company", "street_address", "city", "vat_number"])
    def test_too_long_is_one_of_it(self, cast: Cast, field: str) -> None:
        assert error_at(save(cast.olivia, **{field: "x" * 10_000}), field)
        assert not Details.objects.exists()


def test_two_at_once_one_wins_and_the_other_is_told(cast: Cast) -> None:
    save(cast.olivia)
    opened = seen(cast.olivia.client.get(PAGE))
    save(cast.bella, company="Acme Robotics SAS", seen=opened)
    page = save(cast.olivia, company="Acme Industries SAS", city="Lyon", postal_code="69001", seen=opened)
    assert error_at(page, "company") == "It is “Acme Robotics SAS” by now. Save once more to keep yours."
    assert "Lyon" in body(page)
    assert (Details.objects.get().company, Details.objects.get().city) == ("Acme Robotics SAS", "Paris")
    assert save(cast.olivia, company="Acme Industries SAS", seen=seen(page)).status_code == 302


def test_an_address_of_several_lines_is_not_taken_for_changed(cast: Cast) -> None:
    """Browsers send each line break as two characters."""
    street = "8 rue de la Paix\r\nBâtiment C"
    save(cast.olivia, street_address=street)
    opened = seen(cast.olivia.client.get(PAGE))
    save(cast.bella, street_address=street, company="Acme Robotics SAS", seen=opened)
    page = save(cast.olivia, street_address=street, city="Lyon", seen=opened)
    assert "Somebody has changed this since you opened the page: Company." in main_words(page)
    assert json.loads(opened)["street_address"] == json.loads(seen(page))["street_address"]


def test_the_database_keeps_no_address_without_a_country(cast: Cast) -> None:
    for wrong in ({"city": "Paris"}, {"country": "fr"}, {"vat_number": "FR40303265045"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Details.objects.create(organization=cast.acme, **wrong)


def test_what_somebody_wrote_about_themselves_is_in_their_export(cast: Cast) -> None:
    """GDPR, article 15: a personal account's details are the person's; an organization's are not."""
    from_both = {"company": "", "vat_number": ""}
    save(cast.sam, "/o/personal/settings/details/", **from_both)
    save(cast.olivia)
    kept: dict[str, list[dict[str, object]]] = {}

    def add(name: str, rows: object) -> None:
        kept[name] = list(rows)  # type: ignore[call-overload] # what it is given is iterable

    draw(cast.sam.user, add)
    assert [row["street_address"] for row in kept["billing_details"]] == ["8 rue de la Paix"]
    draw(cast.mia.user, add)
    assert kept["billing_details"] == []
