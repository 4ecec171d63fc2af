"""Organizations available to you (text 002, section 3.2): who stands there, and what a search finds."""

import pytest
from django.test import Client

from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.cast import Cast, make_person, make_team
from tests.organizations.asking import MINE, ask, form_for, make_public, send, verified_domain
from tests.organizations.inviting import invite
from tests.reading import body, follow_all, links, main_words, words_at

pytestmark = pytest.mark.django_db


def found(cast: Cast, q: str = "") -> list[str]:
    """The slugs of the organizations that Sam can ask to join, in their order."""
    page = cast.sam.client.get(MINE, {"q": q} if q else {})
    return [link.partition("organization=")[2] for link in links(page) if "/requests/new/" in link]


def describe(organization: Organization, **fields: str) -> None:
    for name, value in fields.items():
        setattr(organization, name, value)
    organization.save()


class TestWhoStandsThere:
    def test_nobody_until_they_want_to_be_found(self, cast: Cast) -> None:
        page = cast.sam.client.get(MINE)
        assert "Organizations available to you" in main_words(page)
        assert "Acme" not in main_words(page)
        make_public(cast.acme)
        assert found(cast) == ["acme"]
        assert "Rival" not in main_words(cast.sam.client.get(MINE))

    def test_a_members_own_organizations_do_not_stand_among_them(self, cast: Cast) -> None:
        make_public(cast.acme, cast.rival)
        page = cast.mia.client.get(MINE)
        assert [link for link in links(page) if "/requests/new/" in link] == [form_for("rival")]

    def test_a_closed_one_and_a_personal_account_are_not_found(self, cast: Cast) -> None:
        make_public(cast.acme, cast.rival)
        Organization.objects.filter(pk=cast.rival.pk).update(status="closed", closed_at="2026-01-01T00:00:00Z")
        Organization.objects.filter(person=cast.rita.user).update(discoverability="public")
        assert found(cast) == ["acme"]

    def test_they_stand_in_the_order_of_their_names_ten_on_a_page(self, cast: Cast) -> None:
        Organization.objects.bulk_create(
            Organization(name=f"Number {number:02}", slug=f"number-{number:02}", discoverability="public")
            for number in range(45)
        )
        seen = []
        for _address, page in follow_all(cast.sam.client, "next", MINE):
            here = [link for link in links(page) if "/requests/new/" in link]
            assert len(here) <= 10
            seen += here
        assert seen == [form_for(f"number-{number:02}") for number in range(45)]

    def test_the_pages_of_the_directory_and_of_my_organizations_do_not_move_each_other(self, cast: Cast) -> None:
        Organization.objects.bulk_create(
            Organization(name=f"Number {number:02}", slug=f"number-{number:02}", discoverability="public")
            for number in range(25)
        )
        page = cast.sam.client.get(f"{MINE}?sort=-name")
        next_page = next(link for link in links(page) if "available_after" in link)
        assert "sort=-name" in next_page

    def test_an_organization_that_wants_my_domain_comes_first_listed_or_not(self, cast: Cast) -> None:
        make_public(cast.acme)
        verified_domain(cast.rival, "example.com", "suggest")
        assert found(cast) == ["rival", "acme"]
        far = make_person("far.away@elsewhere.example")
        assert "Rival" not in main_words(far.client.get(MINE))
        assert far.client.get(form_for("rival")).status_code == 404

    def test_an_address_that_is_only_claimed_suggests_nothing(self, cast: Cast) -> None:
        verified_domain(cast.rival, "corp.example", "suggest")
        cast.sam.user.emailaddress_set.create(email="sam@corp.example", verified=False, primary=False)  # type: ignore[attr-defined] # allauth has no types
        assert found(cast) == []
        assert send(cast.sam, "rival").status_code == 404

    def test_a_proven_domain_stands_beside_the_name(self, cast: Cast) -> None:
        make_public(cast.acme, cast.rival)
        verified_domain(cast.acme, "acme.example")
        cast.rival.domains.create(name="rival.example", role="member")
        page = words_at(cast.sam.client.get(MINE), "id", "available")
        assert "acme.example" in page
        assert "rival.example" not in page

    def test_who_has_asked_or_is_invited_is_told_so_instead(self, cast: Cast) -> None:
        vega = make_team("Vega", cast.rita)
        make_public(cast.acme, cast.rival, vega)
        invite(cast, "sam.stranger@example.com")
        ask(cast.sam, "rival")
        assert found(cast) == ["vega"]
        page = words_at(cast.sam.client.get(MINE), "id", "available")
        assert "You are invited" in page
        assert "You have asked" in page


class TestSearch:
    @pytest.mark.parametrize(
        ("q", "slugs"),
        [
            ("robots", ["acme"]),
            ("ROBOTS acme", ["acme"]),
            ("bots", ["acme"]),
            ("cafe", ["rival"]),
            ("café munchen", ["rival"]),
            ("acme.example", ["acme"]),
            ("acme robots cafe", []),
            # One or two letters begin a word.
            ("ac", ["acme"]),
            ("r", ["acme", "rival"]),
            ("cm", []),
            ("%", []),
            ("_", []),
            ("\\", []),
            ("'; drop table", []),
            ("€", []),
            (" ", ["acme", "rival"]),
            ("x" * 10_000, []),
            ("\x00", []),
        ],
    )
    @pytest.mark.embedded
    def test_each_word_stands_in_name_address_description_or_domain(self, cast: Cast, q: str, slugs: list[str]) -> None:
        make_public(cast.acme, cast.rival)
        describe(cast.acme, description="Robots for everybody")
        describe(cast.rival, description="Ein Café in München")
        verified_domain(cast.acme, "acme.example")
        assert found(cast, q) == slugs

    def test_nothing_found_says_so_and_leads_back(self, cast: Cast) -> None:
        page = cast.sam.client.get(MINE, {"q": "nowhere"})
        assert "No organization that you can join matches." in main_words(page)
        assert f"{MINE}#directory" in links(page)

    def test_what_changes_is_found_at_once_and_what_was_no_longer(self, cast: Cast) -> None:
        make_public(cast.acme)
        cast.olivia.client.post(
            "/o/acme/settings/",
            {"name": "Zebra", "slug": "zebra", "description": "Stripes", "discoverability": "public"},
        )
        assert found(cast, "stripes zebra") == ["zebra"]
        assert found(cast, "acme") == []

    def test_a_domain_is_found_from_its_proof_to_its_end(self, cast: Cast) -> None:
        make_public(cast.acme)
        domain = cast.acme.domains.create(name="robots.example", role="member")
        assert found(cast, "robots") == []
        domain.verified_at = "2026-01-01T00:00:00Z"
        domain.save()
        assert found(cast, "robots.example") == ["acme"]
        domain.delete()
        assert found(cast, "robots") == []

    def test_a_script_gets_the_list_alone(self, cast: Cast) -> None:
        make_public(cast.acme)
        response = cast.sam.client.get(MINE, {"q": "acme"}, headers={"HX-Request": "true", "HX-Target": "available"})
        assert body(response).lstrip().startswith('<div id="available">')
        assert "1 organization on this page" in body(response)

    def test_a_searched_page_remembers_the_search(self, cast: Cast) -> None:
        Organization.objects.bulk_create(
            Organization(
                name=f"Robot {number:02}", slug=f"robot-{number:02}", discoverability="public", search=" robot"
            )
            for number in range(25)
        )
        pages = [page for _address, page in follow_all(cast.sam.client, "next", f"{MINE}?q=robot")]
        assert [len([link for link in links(page) if "/requests/new/" in link]) for page in pages] == [10, 10, 5]


class TestPolicies:
    @pytest.mark.parametrize("policy", ["exoscale", "percona"])
    def test_without_a_directory_there_is_no_page_and_no_link(self, settings: object, policy: str) -> None:
        settings.CONSOLE_POLICY = policy  # type: ignore[attr-defined] # pytest-django's fixture
        owner = make_person("olga.owner@example.com")
        team = make_team("Team", owner)
        make_public(team)
        sam = make_person("sam.else@example.com")
        page = sam.client.get(MINE)
        assert page.status_code == 200
        assert "available to you" not in main_words(page)
        assert sam.client.get(form_for("team")).status_code == 404
        assert sam.client.post(form_for("team"), {"note": ""}).status_code == 404
        assert owner.client.get("/o/team/members/requests/").status_code == 404
        assert "/o/team/members/requests/" not in links(owner.client.get("/o/team/members/"))

    def test_ovhcloud_has_one(self, settings: object) -> None:
        settings.CONSOLE_POLICY = "ovhcloud"  # type: ignore[attr-defined] # pytest-django's fixture
        owner = make_person("olga.owner@example.com")
        make_public(make_team("Team", owner))
        sam = make_person("sam.else@example.com")
        assert "Request to join" in main_words(sam.client.get(MINE))
        ask(sam, "team")
        assert "Sam Else" in main_words(owner.client.get("/o/team/members/requests/"))

    def test_signed_out_it_asks_to_sign_in(self, cast: Cast) -> None:
        make_public(cast.acme)
        for path in (MINE, form_for("acme")):
            assert Client().get(path)["Location"].startswith("/accounts/login/")

    def test_one_that_staff_stopped_stands_there_and_takes_nobody(self, cast: Cast) -> None:
        make_public(cast.acme)
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        assert "Acme takes no new members at the moment." in main_words(send(cast.sam))
