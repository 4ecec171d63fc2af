"""The check list: each line ticks itself, and leads to the page that does it."""

import re

import pytest

from organizations.models import Membership
from tests.cast import Cast, Person, make_person, make_team
from tests.reading import body, links, words_at

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


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


VERIFY, PROFILE = "Verify your e-mail address", "Complete your profile"
TEAM, INVITE = "Create or join an organization", "Invite your colleagues"
LABELS = [VERIFY, PROFILE, TEAM, INVITE]


def test_a_newcomer_has_everything_ahead() -> None:
    sam = make_person("sam.stranger@example.com", verified=False, first_name="", last_name="")
    assert steps(sam) == {VERIFY: False, PROFILE: False, TEAM: False, INVITE: False}


def test_each_ticks_itself() -> None:
    sam = make_person("sam.stranger@example.com", first_name="", last_name="")
    assert steps(sam) == {VERIFY: True, PROFILE: False, TEAM: False, INVITE: False}
    sam.client.post("/profile/preferences/", {"first_name": "Sam", "last_name": "Stranger"})
    assert steps(sam) == {VERIFY: True, PROFILE: True, TEAM: False, INVITE: False}
    sam.client.post("/organizations/new/", {"name": "Vega"})
    assert steps(sam) == {VERIFY: True, PROFILE: True, TEAM: True, INVITE: False}
    sam.client.post("/o/vega/members/invitations/new/", {"email": "mia.member@example.com", "role": "member"})
    assert steps(sam) == {VERIFY: True, PROFILE: True, TEAM: True, INVITE: True}


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
