"""The switcher and the user menu: which context one is in, and the ways to the others (texts 000 and 004)."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.cast import Cast, Person, make_person, make_team
from tests.reading import body, links, words_at

pytestmark = pytest.mark.django_db


def label(response: HttpResponseBase) -> str:
    """What the switcher's button says."""
    return body(response).partition('class="switcher"')[2].partition('aria-label="')[2].partition('"')[0]


def entries(response: HttpResponseBase) -> list[str]:
    """The contexts that it lists."""
    listed = body(response).partition('id="switcher-entries"')[2].partition("</ul>")[0]
    return re.findall(r'<span class="switcher-name">([^<]*)', listed)


def join_many(person: Person, number: int) -> None:
    """The person is in so many teams."""
    teams = Organization.objects.bulk_create(
        Organization(name=f"Team {index}", slug=f"team-{index}", search=f" team {index}") for index in range(number)
    )
    Membership.objects.bulk_create(Membership.build(organization=o, user=person.user, role="member") for o in teams)


class TestTheCurrentContext:
    def test_it_is_named_on_every_page_with_its_status(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
        for path in ("/o/acme/", "/o/acme/members/", "/profile/preferences/", "/help/", "/notifications/"):
            page = cast.mia.client.get(path)
            assert label(page) == "Switch organization, now in Acme", path
            assert "Suspended" in body(page).partition('class="switcher"')[2].partition("</button>")[0], path

    def test_who_is_in_no_team_is_in_the_personal_account(self, cast: Cast) -> None:
        assert label(cast.sam.client.get("/profile/preferences/")) == "Switch organization, now in Personal account"

    def test_where_the_policy_always_begins_in_the_personal_account_that_is_named_first(
        self, settings: Settings
    ) -> None:
        settings.CONSOLE_POLICY = "exoscale"
        new = make_person("new.comer@example.com")
        make_team("Vega", new)
        page = new.client.get("/profile/preferences/")
        assert label(page) == "Switch organization, now in Personal account"
        assert "Suspended" in words_at(page, "id", "switcher")

    @pytest.mark.parametrize("policy", ["ovhcloud", "percona"])
    def test_without_a_personal_account_there_may_be_none(self, settings: Settings, policy: str) -> None:
        settings.CONSOLE_POLICY = policy
        new = make_person("new.comer@example.com")
        page = new.client.get("/getting-started/")
        assert (label(page), entries(page)) == ("No organization", [])
        assert "/o/personal/" not in links(page)


class TestTheOthers:
    def test_they_have_their_role_and_status_the_last_used_first(self, cast: Cast) -> None:
        make_team("Vega", cast.rita, {"tech": cast.mia})
        cast.mia.client.get("/o/vega/")
        suspend_organization(organization=Organization.objects.get(slug="vega"), reason="past_due", by=Actor.system())
        page = cast.mia.client.get("/o/acme/")
        assert entries(page) == ["Acme", "Vega", "Personal account"]
        assert "Vega Tech Suspended" in words_at(page, "id", "switcher").replace("V Vega", "Vega")

    @pytest.mark.parametrize(("teams", "is_searched"), [(7, False), (8, True)])
    def test_one_types_to_search_beyond_eight(self, cast: Cast, teams: int, *, is_searched: bool) -> None:
        join_many(cast.sam, teams)
        page = body(cast.sam.client.get("/o/personal/"))
        assert ('data-filter="switcher-entries"' in page) == is_searched

    def test_beyond_fifty_the_server_is_asked(self, cast: Cast) -> None:
        join_many(cast.sam, 60)
        page = body(cast.sam.client.get("/o/personal/"))
        assert 'data-hx-get="/organizations/switcher/"' in page
        assert "data-filter" not in page.partition('id="switcher"')[2].partition("<ul")[0]
        assert "/profile/organizations/" in links(cast.sam.client.get("/o/personal/"))

    def test_new_organization_stands_at_its_end(self, cast: Cast) -> None:
        assert words_at(cast.mia.client.get("/o/acme/"), "id", "switcher").endswith("New organization")

    @pytest.mark.parametrize(("policy", "ways"), [("default", 1), ("percona", 0)])
    def test_the_way_to_the_directory_stands_there_where_there_is_one(
        self, settings: Settings, policy: str, ways: int
    ) -> None:
        settings.CONSOLE_POLICY = policy
        new = make_person("new.comer@example.com")
        make_team("Vega", new)
        page = new.client.get("/o/vega/")
        assert words_at(page, "id", "switcher").count("Join an organization") == ways
        assert links(page).count("/profile/organizations/#directory") == ways


class TestSearching:
    ASKED = {"HX-Request": "true"}

    def find(self, client: Client, term: str) -> list[str]:
        response = client.get("/organizations/switcher/", {"q": term}, headers=self.ASKED)
        return re.findall(r'<span class="switcher-name">([^<]*)', body(response))

    def test_every_word_must_be_there(self, cast: Cast) -> None:
        join_many(cast.sam, 60)
        assert self.find(cast.sam.client, "team 59") == ["Team 59"]
        assert self.find(cast.sam.client, "TEAM 5")[:1] != []
        assert self.find(cast.sam.client, "person") == ["Personal account"]
        assert self.find(cast.sam.client, "team nowhere") == []

    def test_what_is_not_ones_own_is_not_found(self, cast: Cast) -> None:
        assert self.find(cast.sam.client, "acme") == []
        assert "No organization has this name." in body(
            cast.sam.client.get("/organizations/switcher/?q=acme", headers=self.ASKED)
        )

    @pytest.mark.parametrize("term", ["%", "_", "\0", "a" * 10_000, "'; drop", ""])
    def test_odd_terms_are_terms(self, cast: Cast, term: str) -> None:
        response = cast.sam.client.get("/organizations/switcher/", {"q": term}, headers=self.ASKED)
        assert response.status_code == 200

    def test_as_a_page_it_is_the_list_of_all(self, cast: Cast) -> None:
        assert cast.sam.client.get("/organizations/switcher/").headers["Location"] == "/profile/organizations/"


class TestNewOrganization:
    def test_it_is_not_offered_to_who_may_be_in_no_other(self, settings: Settings) -> None:
        """PRODUCT: under `percona` one organization for each user."""
        settings.CONSOLE_POLICY = "percona"
        new = make_person("new.comer@example.com")
        assert "/organizations/new/" in links(new.client.get("/profile/preferences/"))
        make_team("Vega", new)
        assert "New organization" not in words_at(new.client.get("/o/vega/"), "id", "switcher")


class TestTheUserMenu:
    def test_its_label_names_the_context(self, cast: Cast) -> None:
        assert "Account menu of Mia Member, in Acme" in body(cast.mia.client.get("/o/acme/"))
        assert "Account menu of Mia Member, in Personal account" in body(cast.mia.client.get("/o/personal/"))

    def test_in_a_personal_account_it_has_organizations_and_in_an_organization_users(self, settings: Settings) -> None:
        """Text 004: "you will no longer have an ORGANIZATIONS menu but a USERS menu instead"."""
        settings.CONSOLE_POLICY = "exoscale"
        new = make_person("new.comer@example.com")
        make_team("Vega", new)
        personal = words_at(new.client.get("/o/personal/"), "id", "user-menu")
        team = words_at(new.client.get("/o/vega/"), "id", "user-menu")
        assert ("Organizations" in personal, "Users" in personal) == (True, False)
        assert ("Organizations" in team, "Users" in team) == (False, True)
        assert "Switch to P Personal account" in team.replace("PA Personal", "P Personal")

    def test_the_settings_are_for_who_may_open_them(self, cast: Cast) -> None:
        def offered(person: Person) -> bool:
            return "Manage organization settings" in words_at(person.client.get("/o/acme/"), "id", "user-menu")

        assert (offered(cast.olivia), offered(cast.adam)) == (True, True)
        # The hub is for who may open one of its pages, as the side bar says.
        sections = words_at(cast.mia.client.get("/o/acme/"), "id", "sections")
        assert offered(cast.mia) == ("Settings" in sections)

    @pytest.mark.parametrize(("policy", "said"), [("default", "Getting started"), ("percona", "Getting Started")])
    def test_the_check_list_is_called_as_the_vendor_does(self, settings: Settings, policy: str, said: str) -> None:
        settings.CONSOLE_POLICY = policy
        new = make_person("new.comer@example.com")
        assert said in words_at(new.client.get("/getting-started/"), "id", "user-menu")


@pytest.mark.parametrize(("policy", "said"), [("default", "Members"), ("exoscale", "Users")])
def test_the_side_bar_speaks_the_words_of_the_policy(settings: Settings, policy: str, said: str) -> None:
    settings.CONSOLE_POLICY = policy
    new = make_person("new.comer@example.com")
    make_team("Vega", new)
    assert said in words_at(new.client.get("/o/vega/"), "id", "sections")
