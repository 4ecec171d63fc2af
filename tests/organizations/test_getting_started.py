"""The check list: each line ticks itself, and leads to the page that does it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Membership, Organization
from tests.accounts.factors import give_app
from tests.cast import Cast, Person, make_person, make_team
from tests.projects.making import make_project
from tests.reading import body, links, main_words, words, words_at

pytestmark = pytest.mark.django_db


def steps(person: Person) -> dict[str, bool]:
    """Which lines there are, and which are ticked."""
    page = body(person.client.get("/getting-started/"))
    found = {}
    for item in re.findall(r"(?s)<li\b[^>]*>.*?</li>", page):
        text = " ".join(re.sub(r"<[^>]*>", " ", item).split())
        for label in LABELS:
            if label in text:
                found[label] = "step-done" in item
    return found


def ticked(person: Person) -> set[str]:
    """Which lines are."""
    return {label for label, done in steps(person).items() if done}


VERIFY, PROFILE, PROTECT = "Verify your e-mail address", "Complete your profile", "Protect your account"
TEAM, INVITE = "Create or join an organization", "Invite your colleagues"
PROJECT = "Create your first project"
LABELS = [VERIFY, PROFILE, PROTECT, TEAM, INVITE, PROJECT]


def test_a_newcomer_has_everything_ahead() -> None:
    sam = make_person("sam.stranger@example.com", verified=False, first_name="", last_name="")
    assert steps(sam) == dict.fromkeys(LABELS, False)


def test_each_ticks_itself() -> None:
    sam = make_person("sam.stranger@example.com", first_name="", last_name="")
    assert ticked(sam) == {VERIFY}
    sam.client.post("/profile/preferences/", {"first_name": "Sam", "last_name": "Stranger"})
    assert ticked(sam) == {VERIFY, PROFILE}
    give_app(sam.user)
    assert ticked(sam) == {VERIFY, PROFILE, PROTECT}
    sam.client.post("/organizations/new/", {"name": "Vega"})
    assert ticked(sam) == {VERIFY, PROFILE, PROTECT, TEAM}
    sam.client.post("/o/vega/members/invitations/new/", {"email": "mia.member@example.com", "role": "member"})
    assert ticked(sam) == set(LABELS) - {PROJECT}
    make_project(Organization.objects.get(slug="vega"))
    assert ticked(sam) == set(LABELS)


def test_each_leads_to_the_page_that_does_it(cast: Cast) -> None:
    sam = cast.sam
    found = links(sam.client.get("/getting-started/"))
    assert {"/organizations/new/"} <= set(found)
    make_team("Vega", sam)
    found = links(sam.client.get("/getting-started/"))
    assert {"/o/vega/members/invitations/new/", "/o/vega/"} <= set(found)
    for href in found:
        if href.startswith("/"):
            assert sam.client.get(href, follow=True).status_code == 200, href


def test_view_organization_is_there_once_there_is_one(cast: Cast) -> None:
    assert "View organization" not in words_at(cast.sam.client.get("/getting-started/"), "id", "main")
    Membership.build(organization=cast.acme, user=cast.sam.user, role="member").save()
    assert "View organization" in words_at(cast.sam.client.get("/getting-started/"), "id", "main")


def test_the_personal_account_says_how_far_one_is_while_a_step_is_open(cast: Cast) -> None:
    sam = cast.sam

    def said() -> str:
        response = sam.client.get("/o/personal/")
        assert ("/getting-started/" in links(response)) == ("Getting started" in words(response))
        return main_words(response)

    assert "2 of 6 done" in said()
    make_team("Vega", sam)
    assert "3 of 6 done" in said()
    give_app(sam.user)
    assert "4 of 6 done" in said()
    Membership.build(organization=cast.acme, user=sam.user, role="member").save()
    assert "5 of 6 done" in said()
    make_project(cast.acme)
    assert "of 6 done" not in said()


def test_the_user_menu_leads_there_until_all_is_done(cast: Cast) -> None:
    def leads(person: Person) -> bool:
        return "Getting started" in words_at(person.client.get("/profile/preferences/"), "id", "user-menu")

    make_project(cast.acme)
    for person in (cast.sam, cast.mia):
        give_app(person.user)
        person.client.get("/")
    assert leads(cast.sam)
    assert not leads(cast.mia)
    make_project(make_team("Vega", cast.sam, {"member": cast.mia}))
    cast.sam.client.get("/getting-started/")
    assert not leads(cast.sam)


def test_a_step_that_opens_again_is_offered_again(cast: Cast) -> None:
    cast.mia.client.get("/")
    cast.mia.client.post("/o/acme/leaving/")
    assert cast.mia.client.get("/", follow=True).redirect_chain == [("/getting-started/", 302)]
    assert "Getting started" in words_at(cast.mia.client.get("/profile/preferences/"), "id", "user-menu")


def test_other_pages_ask_nothing_for_it(cast: Cast) -> None:
    for person in (cast.sam, cast.mia):
        person.client.get("/")
        with CaptureQueriesContext(connection) as captured:
            person.client.get("/profile/preferences/")
        assert not [query["sql"] for query in captured if "account_emailaddress" in query["sql"]]
