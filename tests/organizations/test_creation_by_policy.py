"""Making an organization under each policy, in its vendor's words (texts 000, 003 and 004); what is billed with it."""

import pytest
from pytest_django import Settings

from audit.models import Event
from organizations.models import Details, Organization
from tests.cast import Cast, make_person, make_team
from tests.reading import body, error_at, links, main_words

pytestmark = pytest.mark.django_db

NEW = "/organizations/new/"


@pytest.mark.parametrize(
    ("policy", "button"),
    [
        ("default", "Create organization"),
        ("exoscale", "Create organization"),
        ("ovhcloud", "Done"),
        ("percona", "Save"),
    ],
)
def test_the_button_is_the_vendors(db: None, settings: Settings, policy: str, button: str) -> None:
    settings.CONSOLE_POLICY = policy
    sam = make_person("sam.stranger@example.com")
    page = sam.client.get(NEW)
    assert f"<span>{button}</span></button>" in body(page)
    assert sam.client.post(NEW, {"name": "Vega"}).headers["Location"] == "/o/vega/"


def test_exoscale_says_that_it_waits_for_a_payment(db: None, settings: Settings) -> None:
    """Text 004: credit 0 and SUSPENDED; funds cannot be transferred from the personal account."""
    settings.CONSOLE_POLICY = "exoscale"
    sam = make_person("sam.stranger@example.com")
    said = main_words(sam.client.get(NEW))
    assert "It begins suspended, with a credit of 0: make a payment for it" in said
    assert "Funds of your personal account cannot be transferred to it." in said
    sam.client.post(NEW, {"name": "Vega"})
    assert Organization.objects.get(slug="vega").suspended_for == "unfunded"


def test_elsewhere_nothing_is_said_of_that(cast: Cast) -> None:
    assert "suspended" not in main_words(cast.sam.client.get(NEW))


def test_percona_shows_the_way_to_the_one_that_there_is(db: None, settings: Settings) -> None:
    """Text 003: who is associated with an organization sees an option to view it instead."""
    settings.CONSOLE_POLICY = "percona"
    sam = make_person("sam.stranger@example.com")
    assert "/organizations/new/" in links(sam.client.get("/getting-started/"))
    make_team("Vega", sam)
    page = sam.client.get(NEW)
    assert "You are in Vega" in main_words(page)
    assert "View Organization" in main_words(page)
    assert 'name="name"' not in body(page)
    refused = sam.client.post(NEW, {"name": "Altair"})
    assert refused.status_code == 200
    assert not Organization.objects.filter(slug="altair").exists()
    started = sam.client.get("/getting-started/")
    assert "View Organization" in main_words(started)
    assert NEW not in links(started)


class TestTheDetails:
    """Text 004: the details that one gives during the creation are used for billing, and can be changed later."""

    def test_given_at_once_stand_in_the_settings(self, cast: Cast) -> None:
        given = {"name": "Vega", "company": "Vega SAS", "country": "FR", "vat_number": "FR 40 303 265 045"}
        assert cast.sam.client.post(NEW, given).status_code == 302
        details = Details.objects.get()
        assert (details.company, details.country, details.vat_number) == ("Vega SAS", "FR", "FR40303265045")
        page = cast.sam.client.get("/o/vega/settings/details/")
        assert 'value="Vega SAS"' in body(page)
        assert 'name="postal_code"' in body(page)
        event = Event.objects.get(action="details.edited")
        assert event.organization_id == details.organization_id

    def test_may_be_given_later(self, cast: Cast) -> None:
        cast.sam.client.post(NEW, {"name": "Vega", "company": "", "country": "", "vat_number": ""})
        assert not Details.objects.exists()
        # What it is called is the first guess.
        assert 'value="Vega"' in body(cast.sam.client.get("/o/vega/settings/details/"))

    def test_may_be_the_company_alone(self, cast: Cast) -> None:
        cast.sam.client.post(NEW, {"name": "Vega", "company": "Vega SAS"})
        assert Details.objects.get().company == "Vega SAS"

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"country": "FR", "vat_number": "FR40303265044"}, "vat_number"),
            ({"vat_number": "FR40303265045"}, "vat_number"),
            ({"country": "ZZ"}, "country"),
            ({"company": "x" * 101}, "company"),
        ],
    )
    def test_that_are_wrong_are_shown_and_nothing_is_made(self, cast: Cast, given: dict[str, str], field: str) -> None:
        before = Organization.objects.count()
        page = cast.sam.client.post(NEW, {"name": "Vega", **given})
        assert error_at(page, field)
        assert '<details class="disclosure" open>' in body(page)
        assert 'value="Vega"' in body(page)
        assert (Organization.objects.count(), Details.objects.count()) == (before, 0)
