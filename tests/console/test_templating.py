"""What templates are given: dates, icons, text, and errors instead of silence."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from jinja2 import UndefinedError

from console.dates import date, relative, timestamp
from console.templating import ago, hue, icon, initials, query

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def render(source: str, request: HttpRequest | None = None, **context: object) -> str:
    text: str = engines["jinja2"].from_string(source).render(context, request)
    return text


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=40), "23 Jan. 2026"),
        (timedelta(seconds=-3), "in a moment"),
        (timedelta(days=-7), "in 7 days"),
        (timedelta(days=-7, minutes=1), "in 7 days"),
        (timedelta(days=-6, hours=-11), "in 6 days"),
        (timedelta(hours=-23, minutes=-45), "in 1 day"),
        (timedelta(minutes=-59, seconds=-40), "in 1 hour"),
        (timedelta(minutes=-1), "in 1 minute"),
    ],
)
def test_a_time_is_told_from_now(passed: timedelta, words: str) -> None:
    assert relative(NOON - passed, NOON) == words


def test_the_exact_time_is_in_the_zone_of_the_viewer() -> None:
    with timezone.override("Europe/Paris"):
        assert timestamp(NOON) == "4 March 2026, 13:00 CET"
        assert date(datetime(2026, 3, 4, 23, 30, tzinfo=UTC)) == "5 March 2026"
        assert 'title="4 March 2026, 13:00 CET"' in ago(NOON)


def test_a_time_that_never_was_is_nothing() -> None:
    assert (ago(None), date(None), timestamp(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Olivia Owner", "OO"), ("Ana María de la Cruz", "AC"), ("mia@example.com", "M"), ("élodie", "É"), ("  ", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_same_seed_has_the_same_colour_of_those_that_there_are() -> None:
    assert hue("acme") == hue("acme")
    assert {hue(number) for number in range(200)} == set(range(12))


def test_an_icon_is_decoration() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert 'class="icon"' in icon("check")


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{{ organisation.name }}")


def test_a_name_in_a_text_is_escaped() -> None:
    assert render('{{ _("Hello %(name)s", name=name) }}', name="<b>") == "Hello &lt;b&gt;"


def test_texts_follow_the_language() -> None:
    with translation.override("fr"):
        assert date(NOON) == "4 mars 2026"


def test_a_query_keeps_what_it_does_not_change() -> None:
    request = RequestFactory().get("/", {"q": "a&b", "sort": "name", "after": "x"})
    assert query(request, sort="-name", after=None) == "?q=a%26b&sort=-name"


def test_a_page_without_request_or_database_can_be_drawn() -> None:
    page = engines["jinja2"].get_template("500.html").render({})
    assert "Something went wrong" in page


def test_what_never_ends_is_shown_east_of_greenwich() -> None:
    # As a certificate says that it never ends (RFC 5280, 4.1.2.5).
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    with timezone.override("Pacific/Kiritimati"):
        assert (date(never), timestamp(never)) == ("31 Dec. 9999", "31 Dec. 9999, 23:59 UTC")
