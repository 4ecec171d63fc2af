"""Cookies by category: everybody is asked, a choice is kept, and nothing optional is set before it (text 002, 1.2)."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponseBase
from django.template import engines
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.cookies import choice_of
from accounts.models import Consent
from tests.cast import Cast
from tests.reading import body, links, main_words, posts, words, words_at

pytestmark = pytest.mark.django_db

CHOICE = "/cookies/choice/"
NECESSARY = {"csrftoken", "sessionid", "messages", "django_language", "cookie_choice", "browser"}
PAGES = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/cookies/", "/help/", "/nowhere/"]


@pytest.fixture
def statistics(settings: Settings) -> None:
    settings.COOKIE_CATEGORIES = ["statistics"]


def greets(response: HttpResponseBase) -> bool:
    return 'class="cookies"' in body(response)


def choose(client: Client, **fields: str | list[str]) -> HttpResponseBase:
    return client.post(CHOICE, fields)


class TestAVisitor:
    @pytest.mark.parametrize("path", [path for path in PAGES if path != "/cookies/"])
    def test_is_greeted_on_every_page(self, path: str) -> None:
        response = Client().get(path)
        assert greets(response)
        assert CHOICE in posts(response)
        assert f"/cookies/?next={path}" in links(response)

    def test_is_not_greeted_on_the_page_that_asks(self) -> None:
        assert not greets(Client().get("/cookies/"))

    @pytest.mark.parametrize("answer", ["all", "necessary"])
    def test_who_has_chosen_comes_back_and_is_left_alone(self, answer: str) -> None:
        visitor = Client()
        response = choose(visitor, choice=answer, next="/accounts/login/")
        assert response.headers["Location"] == "/accounts/login/"
        for path in PAGES:
            assert not greets(visitor.get(path))

    def test_gets_no_optional_cookie_before_and_none_after_a_no(self) -> None:
        visitor = Client()
        for path in PAGES:
            visitor.get(path)
        assert set(visitor.cookies) <= NECESSARY
        choose(visitor, choice="necessary")
        for path in PAGES:
            visitor.get(path)
        assert {name for name, cookie in visitor.cookies.items() if cookie.value} <= NECESSARY

    def test_reads_what_is_necessary_and_what_each_is_for(self) -> None:
        page = main_words(Client().get("/cookies/"))
        for name in NECESSARY:
            assert name in page

    def test_finds_the_page_at_the_foot_of_each(self) -> None:
        for path in ("/", "/accounts/login/", "/nowhere/"):
            assert "/cookies/" in links(Client().get(path))

    @pytest.mark.parametrize(
        "next_", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
    )
    def test_is_led_to_no_other_site(self, next_: str) -> None:
        """Attack 18."""
        assert choose(Client(), choice="all", next=next_).headers["Location"] == "/cookies/"
        assert "evil" not in main_words(Client().get("/cookies/", {"next": next_}))

    def test_cannot_be_made_to_choose_by_another_site(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(CHOICE, {"choice": "all"}).status_code == 403
        assert strict.get(CHOICE).headers["Location"] == "/cookies/"


class TestAChoice:
    def test_is_a_necessary_cookie_with_version_and_day_that_no_script_reads(self, statistics: None) -> None:
        visitor = Client()
        with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
            choose(visitor, allow=["statistics"])
            assert "Chosen on 1 March 2027." in main_words(visitor.get("/cookies/"))
        cookie = visitor.cookies["cookie_choice"]
        assert cookie.value == "1.20270301.preferences-0.statistics-1"
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 180 * 24 * 3600)

    def test_is_shown_and_can_be_changed(self, statistics: None) -> None:
        visitor = Client()
        choose(visitor, allow=["statistics"])
        page = body(visitor.get("/cookies/"))
        assert 'aria-describedby="about-statistics" checked' in page
        assert 'aria-describedby="about-preferences">' in page
        choose(visitor, allow=["preferences"])
        assert 'aria-describedby="about-preferences" checked' in body(visitor.get("/cookies/"))

    def test_of_a_category_that_is_none_is_nothing(self) -> None:
        visitor = Client()
        choose(visitor, allow=["marketing", "everything", "x-1.y"])
        assert visitor.cookies["cookie_choice"].value.endswith(".preferences-0")

    def test_is_asked_for_again_when_there_is_a_new_category(self, settings: Settings) -> None:
        visitor = Client()
        choose(visitor, choice="all")
        assert not greets(visitor.get("/"))
        settings.COOKIE_CATEGORIES = ["marketing"]
        assert greets(visitor.get("/"))

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "1",
            "0.20270301.preferences-1",
            "1.20279999.preferences-1",
            "1.20270301.a",
            "1.20270301.preferences-2",
            "é",
            "1.." * 900,
        ],
    )
    def test_that_makes_no_sense_is_none(self, value: str) -> None:
        request = RequestFactory().get("/")
        request.COOKIES["cookie_choice"] = value
        assert choice_of(request).is_open
        assert not choice_of(request).allows("preferences")

    def test_that_refuses_takes_back_what_was_set(self) -> None:
        visitor = Client()
        choose(visitor, choice="all")
        visitor.cookies["theme"] = "dark"
        choose(visitor, choice="necessary")
        assert visitor.cookies["theme"].value == ""

    def test_tells_templates_what_they_may_set(self, statistics: None) -> None:
        template = engines["jinja2"].from_string('{{ cookie_choice.allows("statistics") }}')
        request = RequestFactory().get("/")
        request.session = {}  # type: ignore[assignment] # what a page asks it for
        assert template.render({}, request) == "False"
        request.COOKIES["cookie_choice"] = "1.20270301.preferences-0.statistics-1"
        assert template.render({}, request) == "True"


class TestTheTheme:
    def test_is_kept_only_where_preferences_are_allowed(self, cast: Cast) -> None:
        client = cast.sam.client
        page = client.get("/getting-started/")
        assert 'data-theme-choice=""' in body(page)
        assert "For this page." in words(page)
        choose(client, choice="all")
        assert 'data-theme-choice="kept"' in body(client.get("/getting-started/"))


class TestWhoIsSignedIn:
    def test_is_greeted_too_and_comes_from_the_information_preferences(self, cast: Cast) -> None:
        page = cast.sam.client.get("/profile/preferences/")
        assert greets(page)
        assert "/cookies/?next=/profile/preferences/" in links(page)
        assert "Cookie preferences" in words_at(page, "id", "information")

    def test_has_the_choice_written_down_with_its_day_once(self, cast: Cast, statistics: None) -> None:
        for _ in range(2):
            choose(cast.sam.client, allow=["statistics"])
        assert set(Consent.objects.filter(user=cast.sam.user).values_list("purpose", "given", "source")) == {
            ("cookies:preferences", False, "cookies"),
            ("cookies:statistics", True, "cookies"),
        }
        assert Consent.objects.count() == 2

    def test_of_visitors_nothing_is_written_down(self) -> None:
        choose(Client(), choice="all")
        assert not Consent.objects.exists()
