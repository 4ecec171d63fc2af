"""The context: it stands in the address; where one lands; the switcher."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.cast import Cast, make_person, make_team
from tests.reading import body, links, words, words_at

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def switcher(response: HttpResponseBase) -> str:
    return words_at(response, "id", "switcher")


def test_signed_out_the_start_page_offers_both_ways_in() -> None:
    response = Client().get("/")
    assert response.status_code == 200
    assert {"/accounts/signup/", "/accounts/login/"} <= set(links(response))


def test_one_without_a_team_begins_with_the_check_list_and_then_where_one_was_last(db: None) -> None:
    new = make_person("new.comer@example.com")
    assert new.client.get("/").headers["Location"] == "/getting-started/"
    new.client.get("/o/personal/")
    assert new.client.get("/").headers["Location"] == "/o/personal/"


def test_in_a_team_one_begins_where_one_was_last_used(cast: Cast) -> None:
    assert cast.mia.client.get("/").headers["Location"] == "/o/acme/"


def test_one_lands_where_one_was_last_in_this_browser_and_in_another(cast: Cast) -> None:
    with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
        cast.mia.client.get("/o/personal/")
        assert cast.mia.client.get("/").headers["Location"] == "/o/personal/"
        clock.shift(timedelta(hours=1))
        cast.mia.client.get("/o/acme/members/")
        assert cast.mia.client.get("/").headers["Location"] == "/o/acme/"
        other = Client()
        other.force_login(cast.mia.user)
        assert other.get("/").headers["Location"] == "/o/acme/"


def test_one_who_was_removed_lands_elsewhere(cast: Cast) -> None:
    make_team("Vega", cast.rita, {"member": cast.mia})
    cast.mia.client.get("/o/acme/")
    cast.mia.membership(cast.acme).delete()
    assert cast.mia.client.get("/").headers["Location"] == "/o/vega/"


def test_after_a_rename_one_lands_at_the_new_address(cast: Cast) -> None:
    cast.mia.client.get("/o/acme/")
    cast.olivia.client.post("/o/acme/settings/", {"name": "Acme", "slug": "acme-robotics", "description": ""})
    assert cast.mia.client.get("/").headers["Location"] == "/o/acme-robotics/"


def test_with_no_context_at_all_one_lands_on_the_check_list(cast: Cast) -> None:
    Organization.objects.filter(person=cast.sam.user).delete()
    assert cast.sam.client.get("/").headers["Location"] == "/getting-started/"
    assert cast.sam.client.get("/getting-started/").status_code == 200


def test_two_tabs_on_two_organizations_do_not_mix(cast: Cast) -> None:
    vega = make_team("Vega", cast.olivia)
    client = cast.olivia.client
    client.get("/o/acme/settings/")
    client.get("/o/vega/settings/")
    # The form of the first tab, sent after the second was opened, goes where it came from (attack 25).
    client.post("/o/acme/settings/", {"name": "Acme A", "slug": "acme", "description": ""})
    cast.acme.refresh_from_db()
    vega.refresh_from_db()
    assert (cast.acme.name, vega.name) == ("Acme A", "Vega")


def test_the_switcher_names_the_context_and_lists_the_others(cast: Cast) -> None:
    make_team("Vega", cast.rita, {"tech": cast.mia})
    suspend_organization(organization=Organization.objects.get(slug="vega"), reason="past_due", by=Actor.system())
    response = cast.mia.client.get("/o/acme/")
    assert "Switch organization, now in Acme" in body(response)
    listed = switcher(response)
    for entry in ("Acme Member", "Vega Tech Suspended", "Personal account Owner", "New organization"):
        assert entry in " ".join(word for word in listed.split() if len(word) > 2), listed
    assert "Rival" not in listed
    assert {"/o/acme/", "/o/vega/", "/o/personal/", "/organizations/new/"} <= set(links(response))


def test_on_pages_without_a_context_the_switcher_names_the_last(cast: Cast) -> None:
    cast.mia.client.get("/o/acme/")
    assert "now in Acme" in body(cast.mia.client.get("/profile/preferences/"))


def test_a_closed_organization_is_no_context(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed")
    assert cast.olivia.client.get("/o/acme/").status_code == 404
    assert "Acme" not in words(cast.olivia.client.get("/profile/organizations/"))


def test_the_side_bar_shows_what_one_may_open_and_no_others(cast: Cast) -> None:
    shown = {
        who: [word for word in ("Overview", "Members", "Settings") if word in words_at(response, "id", "sections")]
        for who, response in {
            "adam": cast.adam.client.get("/o/acme/"),
            "mia": cast.mia.client.get("/o/acme/"),
            "personal": cast.mia.client.get("/o/personal/"),
        }.items()
    }
    assert shown == {
        "adam": ["Overview", "Members", "Settings"],
        "mia": ["Overview", "Members"],
        "personal": ["Overview", "Settings"],
    }


def test_last_active_is_written_now_and_then_and_not_with_each_request(cast: Cast) -> None:
    def seen() -> datetime:
        return Membership.objects.get(user=cast.mia.user, organization=cast.acme).last_active_at

    with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
        cast.mia.client.get("/o/acme/")
        first = seen()
        assert first == datetime(2027, 1, 4, 9, tzinfo=UTC)
        clock.shift(timedelta(minutes=9))
        cast.mia.client.get("/o/acme/members/")
        assert seen() == first
        clock.shift(timedelta(minutes=2))
        cast.mia.client.get("/o/acme/members/")
        assert seen() == datetime(2027, 1, 4, 9, 11, tzinfo=UTC)
