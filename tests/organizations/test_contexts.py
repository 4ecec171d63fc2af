"""The context: it stands in the address; where one lands; the switcher."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Invitation, Membership, Organization
from tests.cast import Cast, make_person, make_team
from tests.organizations.inviting import invite
from tests.reading import body, follow_all, links, words, words_at

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(("teams", "leads"), [(49, False), (50, True)])
def test_what_the_switcher_has_no_room_for_stands_in_the_list_of_all(cast: Cast, teams: int, leads: bool) -> None:  # noqa: FBT001 -- a column
    found = Organization.objects.bulk_create(
        Organization(name=f"Team {number}", slug=f"team-{number}") for number in range(teams)
    )
    Membership.objects.bulk_create(Membership.build(organization=o, user=cast.sam.user, role="member") for o in found)
    response = cast.sam.client.get("/o/personal/")
    assert ("All organizations" in switcher(response)) == leads
    assert ('data-hx-get="/organizations/switcher/"' in body(response)) == leads


def test_my_organizations_have_pages_and_orders(cast: Cast) -> None:
    found = Organization.objects.bulk_create(
        Organization(name=f"Team {number:03}", slug=f"team-{number}") for number in range(120)
    )
    Membership.objects.bulk_create(Membership.build(organization=o, user=cast.sam.user, role="member") for o in found)

    def listed(start: str, direction: str = "next") -> list[list[str]]:
        pages = follow_all(cast.sam.client, direction, start)
        return [re.findall(r"Team \d+|Personal account", words_at(page, "id", "memberships")) for _, page in pages]

    by_name = [f"Team {number:03}" for number in range(120)]
    assert listed("/profile/organizations/?sort=name") == [
        ["Personal account", *by_name[:49]], by_name[49:99], by_name[99:]
    ]  # fmt: skip
    assert listed("/profile/organizations/?sort=-name")[0][:2] == by_name[:-3:-1]
    assert {name for page in listed("/profile/organizations/") for name in page} == {"Personal account", *by_name}


def test_more_invitations_than_shown_are_not_left_out_in_silence(cast: Cast) -> None:
    teams = Organization.objects.bulk_create(
        Organization(name=f"Team {number:02}", slug=f"team-{number}") for number in range(51)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(organization=team, email="sam.stranger@example.com", role="member") for team in teams
    )
    page = words_at(cast.sam.client.get("/profile/organizations/"), "id", "invitations")
    assert (page.count("Accept"), "There are more." in page) == (50, True)
    invitations[0].delete()
    page = words_at(cast.sam.client.get("/profile/organizations/"), "id", "invitations")
    assert (page.count("Accept"), "There are more." in page) == (50, False)


def test_each_answer_to_an_invitation_says_to_which(cast: Cast) -> None:
    invite(cast, "sam.stranger@example.com")
    page = body(cast.sam.client.get("/profile/organizations/"))
    for label in ("Accept the invitation to Acme", "Decline the invitation to Acme", "See invitation to Acme"):
        assert f'aria-label="{label}"' in page


def test_a_closed_organization_is_no_context(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
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
