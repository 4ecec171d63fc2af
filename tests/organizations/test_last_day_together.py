"""Two edit one member at once: nobody undoes an end that they have not seen (ARCHITECTURE, *Bad days*)."""

import re
from html import unescape

import pytest
import time_machine
from django.http import HttpResponseBase

from organizations.models import Membership
from tests.cast import Cast, Person
from tests.reading import body, error_at, mails_to, main_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        yield


def path(cast: Cast) -> str:
    return f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/role/"


def fields(page: HttpResponseBase) -> dict[str, str]:
    """What a browser has in the form's hidden fields and its day."""
    found = re.findall(r'<input[^>]*name="(seen|was|last_day)"[^>]*?(?:value="([^"]*)")?[^>]*>', body(page))
    values = {name: "" for name, _value in found}
    for tag in re.findall(r"<input[^>]*>", body(page)):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] in values:
            values[name[1]] = unescape(value[1]) if value else ""
    return values


def opened(person: Person, cast: Cast) -> dict[str, str]:
    return {"role": "member", **fields(person.client.get(path(cast)))}


def mia(cast: Cast) -> tuple[str, str]:
    found: Membership = cast.mia.membership(cast.acme)
    return found.role, found.ends_at.date().isoformat() if found.ends_at else ""


def test_a_role_that_is_given_meanwhile_takes_no_end_away(cast: Cast) -> None:
    form = opened(cast.adam, cast)
    cast.olivia.client.post(path(cast), {**opened(cast.olivia, cast), "last_day": "2026-12-31"})
    page = cast.adam.client.post(path(cast), {**form, "role": "tech"})
    assert page.status_code == 200
    assert "Somebody has changed this since you opened the page: Last day." in main_words(page)
    assert mia(cast) == ("member", "2026-12-31")
    # What only Olivia has set stands in the form now: saving once more keeps it.
    assert fields(page)["last_day"] == "2026-12-31"
    cast.adam.client.post(path(cast), {**fields(page), "role": "tech"})
    assert mia(cast) == ("tech", "2026-12-31")
    assert [mail.kind for mail in mails_to("mia.member@example.com")] == ["membership-ending", "role-changed"]


def test_of_two_last_days_the_second_to_come_is_told_the_first(cast: Cast) -> None:
    form = opened(cast.adam, cast)
    cast.olivia.client.post(path(cast), {**opened(cast.olivia, cast), "last_day": "2026-12-31"})
    page = cast.adam.client.post(path(cast), {**form, "last_day": "2027-06-30"})
    assert "It is “2026-12-31” by now. Save once more to keep yours." in error_at(page, "last_day")
    assert mia(cast) == ("member", "2026-12-31")
    cast.adam.client.post(path(cast), {**fields(page), "role": "member", "last_day": "2027-06-30"})
    assert mia(cast) == ("member", "2027-06-30")


def test_an_end_that_was_taken_away_meanwhile_is_not_set_again_unseen(cast: Cast) -> None:
    cast.olivia.client.post(path(cast), {**opened(cast.olivia, cast), "last_day": "2026-12-31"})
    form = opened(cast.adam, cast)
    cast.olivia.client.post(path(cast), {**opened(cast.olivia, cast), "last_day": ""})
    page = cast.adam.client.post(path(cast), {**form, "role": "tech"})
    assert "Last day" in main_words(page)
    assert mia(cast) == ("member", "")
    assert fields(page)["last_day"] == ""


def test_a_role_that_both_change_is_told_at_the_role(cast: Cast) -> None:
    form = opened(cast.adam, cast)
    cast.olivia.client.post(path(cast), {**opened(cast.olivia, cast), "role": "billing"})
    page = cast.adam.client.post(path(cast), {**form, "role": "tech"})
    assert mia(cast)[0] == "billing"
    assert "It is “Billing” by now." in error_at(page, "role")


def test_who_was_alone_is_told_nothing(cast: Cast) -> None:
    cast.adam.client.post(path(cast), {**opened(cast.adam, cast), "role": "tech", "last_day": "2026-12-31"})
    assert mia(cast) == ("tech", "2026-12-31")
