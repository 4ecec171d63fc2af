"""The hub of the settings (text 000, *Manage organization settings*): what somebody may open, and nothing else."""

import pytest
from pytest_django import Settings

from audit.models import Event
from organizations.actions import create_role, suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, role_of
from tests.cast import Cast, make_person, make_team
from tests.reading import body, links, main_words, posts, words_at

pytestmark = pytest.mark.django_db

HUB = "/o/acme/settings/"
SIDE_BAR = "/o/acme/settings/"


def side_bar(page: str) -> str:
    return page.partition('id="sections"')[2].partition("</nav>")[0]


def test_an_owner_finds_what_is_general_and_the_way_to_everything_else(cast: Cast) -> None:
    page = cast.olivia.client.get(HUB)
    assert {HUB, f"{HUB}joining/", f"{HUB}logo/"} <= set(posts(page))
    found = links(page)
    for path in ("settings/details/", "settings/roles/", "settings/security/", "settings/closing/", "settings/export/"):
        assert f"/o/acme/{path}" in found
    for path in ("members/", "members/invitations/"):
        assert f"/o/acme/{path}" in found
    assert "Created" in main_words(page)
    assert str(cast.acme.pk) in body(page)


def test_each_entry_says_in_a_sentence_what_it_is_for(cast: Cast) -> None:
    said = main_words(cast.olivia.client.get(HUB))
    assert "Details Company, address and VAT number, for bills." in said


def test_who_edits_what_is_billed_comes_to_that_alone(cast: Cast) -> None:
    page = cast.bella.client.get(HUB)
    assert page.status_code == 200
    assert not [path for path in posts(page) if path.startswith(HUB)]
    found = links(page)
    assert "/o/acme/settings/details/" in found
    for path in ("security/", "closing/", "transfer/", "export/"):
        assert f"{HUB}{path}" not in found
    assert HUB in side_bar(body(page))
    assert cast.bella.client.post(HUB, {"name": "Mine", "slug": "acme"}).status_code == 403
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"


@pytest.mark.parametrize("who", ["mia"])
def test_who_may_open_none_of_it_is_not_shown_the_way(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client
    assert SIDE_BAR not in side_bar(body(client.get("/o/acme/")))
    assert client.get(HUB).status_code == 403


def test_a_role_of_ones_own_opens_what_it_holds(cast: Cast) -> None:
    role = create_role(
        organization=cast.acme,
        name="Guard",
        permissions=["view_organization", "manage_security"],
        by=cast.olivia.actor(cast.acme),
    )
    guard = make_person("gus.guard@example.com")
    membership = Membership(organization=cast.acme, user=guard.user)
    membership.copy_name()
    membership.give(role_of(cast.acme, str(role.pk)))
    membership.save()
    page = guard.client.get(HUB)
    assert page.status_code == 200
    assert f"{HUB}security/" in links(page)
    assert f"{HUB}details/" not in links(page)
    assert guard.client.get(f"{HUB}details/").status_code == 403


def test_while_staff_have_stopped_it_its_details_can_still_be_put_right(cast: Cast) -> None:
    """PRODUCT, *Suspended*: billing details go on; reason `staff` stops settings."""
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    page = cast.olivia.client.get(HUB)
    assert HUB not in posts(page)
    assert f"{HUB}details/" in links(page)
    for path in (HUB, f"{HUB}joining/", f"{HUB}logo/", f"{HUB}logo/removal/"):
        assert cast.olivia.client.post(path, {"name": "Free"}).status_code == 403


def test_a_personal_account_has_settings_without_people(cast: Cast) -> None:
    page = cast.sam.client.get("/o/personal/settings/")
    assert "What belongs to your personal account." in main_words(page)
    assert "/o/personal/settings/details/" in links(page)
    for path in ("roles/", "security/", "transfer/", "closing/"):
        assert f"/o/personal/settings/{path}" not in links(page)
    for path in ("joining/", "logo/", "logo/removal/"):
        assert cast.sam.client.get(f"/o/personal/settings/{path}").status_code == 404
        assert cast.sam.client.post(f"/o/personal/settings/{path}").status_code == 404


def test_every_page_of_the_settings_leads_back_and_to_the_others(cast: Cast) -> None:
    page = cast.olivia.client.get(f"{HUB}details/")
    assert words_at(page, "class", "page-back") == "Settings"
    ways = body(page).partition('class="settings-nav"')[2].partition("</nav>")[0]
    assert f'href="{HUB}"' in ways
    assert f'href="{HUB}details/" aria-current="page"' in ways
    assert f'href="{HUB}closing/"' in ways
    assert f'href="{HUB}" aria-current="page"' in side_bar(body(page))


@pytest.mark.parametrize("path", ["joining/", "logo/", "logo/removal/"])
def test_the_address_of_a_card_shows_the_hub(cast: Cast, path: str) -> None:
    assert cast.olivia.client.get(HUB + path).headers["Location"] == HUB


class TestWhoCanComeIn:
    def test_is_chosen_and_written_down(self, cast: Cast) -> None:
        cast.adam.client.post(f"{HUB}joining/", {"discoverability": "public", "members_may_invite": "on"})
        cast.acme.refresh_from_db()
        assert (cast.acme.discoverability, cast.acme.members_may_invite) == ("public", True)
        assert cast.mia.client.get("/o/acme/members/invitations/new/").status_code == 200
        event = Event.objects.get(action="organization.joining_edited")
        assert event.before == {"discoverability": "off", "members_may_invite": False}
        assert event.after == {"discoverability": "public", "members_may_invite": True}
        cast.adam.client.post(f"{HUB}joining/", {"discoverability": "off"})
        assert cast.mia.client.get("/o/acme/members/invitations/new/").status_code == 403

    def test_that_stays_as_it_is_is_no_event(self, cast: Cast) -> None:
        cast.adam.client.post(f"{HUB}joining/", {"discoverability": "off"})
        assert not Event.objects.filter(action="organization.joining_edited").exists()

    @pytest.mark.parametrize("choice", ["", "secret", "OFF", "public "])
    def test_cannot_be_what_there_is_not(self, cast: Cast, choice: str) -> None:
        page = cast.olivia.client.post(f"{HUB}joining/", {"discoverability": choice})
        assert page.status_code == 200
        cast.acme.refresh_from_db()
        assert cast.acme.discoverability == "off"


class TestUnderExoscale:
    """Text 004: an Admin edits the account's details, and cannot invite; there is no directory."""

    @pytest.fixture(autouse=True)
    def policy(self, settings: Settings) -> None:
        settings.CONSOLE_POLICY = "exoscale"

    def test_an_admin_cannot_let_others_do_what_they_may_not(self, db: None) -> None:
        olivia, adam = make_person("olivia.owner@example.com"), make_person("adam.admin@example.com")
        acme = make_team("Acme", olivia, {"admin": adam})
        page = adam.client.get(HUB)
        assert "Only somebody who may invite can let others do so." in main_words(page)
        adam.client.post(f"{HUB}joining/", {"members_may_invite": "on"})
        acme.refresh_from_db()
        assert acme.members_may_invite is False
        assert adam.client.get("/o/acme/members/invitations/new/").status_code == 403
        olivia.client.post(f"{HUB}joining/", {"members_may_invite": "on"})
        acme.refresh_from_db()
        assert acme.members_may_invite is True

    def test_nothing_is_said_of_a_directory(self, db: None) -> None:
        olivia = make_person("olivia.owner@example.com")
        acme = make_team("Acme", olivia)
        assert "Who can find it" not in main_words(olivia.client.get(HUB))
        olivia.client.post(f"{HUB}joining/", {"discoverability": "public"})
        acme.refresh_from_db()
        assert acme.discoverability == "off"
