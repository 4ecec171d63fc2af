"""A vendor's nouns where its documentation sends people (texts 000, 003 and 004), compared ignoring case."""

import pytest
from pytest_django import Settings

from organizations.checklist import ALL_DONE
from tests.access.table import FACTS, POLICIES
from tests.cast import Person, make_person, make_team
from tests.reading import body, links, main_words, words_at

pytestmark = pytest.mark.django_db

# Title of the list, its button, and the button that sends an invitation.
PEOPLE = {
    "default": ("Members", "Invite member", "Send invitation"),
    "exoscale": ("Users", "Invite user", "Send invitation"),
    "ovhcloud": ("Members", "Invite member", "Send invitation"),
    "percona": ("Members", "Invite Member", "Save"),
}


@pytest.fixture(params=POLICIES)
def policy(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.CONSOLE_POLICY = request.param
    return str(request.param)


@pytest.fixture
def flora(policy: str) -> Person:
    """The founder of Acme."""
    flora = make_person("flora.founder@example.com")
    make_team("Acme", flora)
    return flora


def test_people_are_called_what_the_vendor_calls_them(policy: str, flora: Person) -> None:
    title, invite, send = (text.lower() for text in PEOPLE[policy])
    for path in ("/o/acme/members/", "/o/acme/members/invitations/"):
        said = main_words(flora.client.get(path)).lower()
        assert said.startswith(title), path
        assert invite in said, path
    overview = main_words(flora.client.get("/o/acme/")).lower()
    assert f"newest {title}" in overview
    assert f"all {title}" in overview
    form = flora.client.get("/o/acme/members/invitations/new/")
    assert main_words(form).lower().startswith(invite)
    assert f"<span>{send}</span></button>" in body(form).lower()


def test_the_check_list_stays_in_the_menu_where_the_vendor_goes_by_it(policy: str, flora: Person) -> None:
    """Text 003: *at any time: go to Getting Started tab*. Elsewhere it goes when all of it is done."""
    session = flora.client.session
    session[ALL_DONE] = True
    session.save()
    page = flora.client.get("/o/acme/")
    assert ("/getting-started/" in links(page)) == (policy == "percona")
    assert ("getting started" in words_at(page, "id", "user-menu").lower()) == (policy == "percona")


def test_nobody_is_sent_to_a_form_that_refuses_them(policy: str, flora: Person) -> None:
    """Text 003: *you cannot … create more than one organization*."""
    may_have_another = FACTS[policy][1] is None
    assert ("/organizations/new/" in links(flora.client.get("/profile/organizations/"))) == may_have_another
