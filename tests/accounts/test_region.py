"""Language and time zone: chosen once, they hold on every page and in every mail (text 002, section 1)."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from organizations.actions import change_role, invite_member
from tests.cast import Cast
from tests.reading import body, error_at, mails_to

pytestmark = pytest.mark.django_db

PAGE = "/profile/preferences/"


def choose(client: Client, language: str = "", time_zone: str = "") -> None:
    response = client.post(f"{PAGE}region/", {"language": language, "time_zone": time_zone})
    assert response.status_code == 302


def lang(client: Client, path: str = PAGE, **headers: str) -> str:
    return body(client.get(path, headers=headers)).partition('<html lang="')[2].partition('"')[0]


def sam(cast: Cast) -> User:
    return User.objects.get(pk=cast.sam.user.pk)


class TestALanguage:
    def test_holds_whatever_the_browser_asks_for(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        elsewhere = Client(headers={"accept-language": "en"})
        elsewhere.force_login(cast.sam.user)
        assert lang(elsewhere) == "fr"
        assert lang(elsewhere, "/getting-started/") == "fr"

    def test_empty_is_what_the_browser_asks_for(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        choose(cast.sam.client, "")
        assert lang(cast.sam.client, **{"accept-language": "en"}) == "en"
        assert lang(cast.sam.client, **{"accept-language": "fr"}) == "fr"

    def test_is_spoken_by_the_answer_already(self, cast: Cast) -> None:
        response = cast.sam.client.post(f"{PAGE}region/", {"language": "fr", "time_zone": ""}, follow=True)
        assert '<html lang="fr"' in body(response)
        assert sam(cast).language == "fr"

    def test_chosen_at_the_foot_of_the_page_is_the_one_of_the_preferences(self, cast: Cast) -> None:
        client = cast.sam.client
        choose(client, "en")
        response = client.post("/language/setlang/", {"language": "fr", "next": "/getting-started/"})
        assert response.headers["Location"] == "/getting-started/"
        assert sam(cast).language == "fr"
        assert '<option value="fr" selected>' in body(client.get(PAGE))
        assert lang(client) == "fr"

    def test_chosen_at_the_foot_keeps_the_time_zone(self, cast: Cast) -> None:
        choose(cast.sam.client, "", "Asia/Tokyo")
        cast.sam.client.post("/language/setlang/", {"language": "fr"})
        assert sam(cast).time_zone == "Asia/Tokyo"

    def test_stays_after_signing_out_in_this_browser(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        cast.sam.client.post("/accounts/logout/")
        assert lang(cast.sam.client, "/accounts/login/") == "fr"

    def test_chosen_by_a_visitor_is_kept_in_the_browser_alone(self, cast: Cast) -> None:
        visitor = Client()
        visitor.post("/language/setlang/", {"language": "fr"})
        assert lang(visitor, "/") == "fr"

    @pytest.mark.parametrize("language", ["xx", "", "../en", "de"])
    def test_that_is_none_is_not_taken_at_the_foot(self, cast: Cast, language: str) -> None:
        cast.sam.client.post("/language/setlang/", {"language": language})
        assert sam(cast).language == ""

    def test_of_one_reader_is_not_that_of_the_next(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr", "Asia/Tokyo")
        cast.sam.client.get(PAGE)
        assert lang(cast.mia.client) == "en"
        assert timezone.get_current_timezone_name() == "UTC"

    def test_of_an_error_page_too(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        assert lang(cast.sam.client, "/nowhere/") == "fr"


class TestATimeZone:
    def test_is_what_times_are_shown_in(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 7, 1, 22, 30, tzinfo=UTC), tick=False):
            choose(cast.olivia.client, "", "Asia/Tokyo")
            assert "2 July 2027, 07:30 JST" in body(cast.olivia.client.get("/o/acme/members/"))

    def test_is_listed_with_what_it_is_ahead_of_utc_now(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 1, 1, 12, tzinfo=UTC), tick=False):
            winter = body(cast.sam.client.get(PAGE))
            assert '<optgroup label="Europe">' in winter
            assert "Paris (UTC+01:00)" in winter
            assert "Kathmandu (UTC+05:45)" in winter
        with time_machine.travel(datetime(2027, 7, 1, 12, tzinfo=UTC), tick=False):
            cast.sam.client.force_login(cast.sam.user)
            assert "Paris (UTC+02:00)" in body(cast.sam.client.get(PAGE))

    def test_has_its_city_in_the_readers_language(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        assert "Londres (UTC" in body(cast.sam.client.get(PAGE))

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "x" * 500])
    def test_that_is_none_is_an_error_at_its_field(self, cast: Cast, zone: str) -> None:
        response = cast.sam.client.post(f"{PAGE}region/", {"language": "", "time_zone": zone})
        assert error_at(response, "time_zone")
        assert sam(cast).time_zone == ""

    def test_that_no_longer_is_one_is_as_none(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.sam.user.pk).update(time_zone="Europe/Atlantis")
        assert cast.sam.client.get(PAGE).status_code == 200


class TestTheBrowsersTimeZone:
    def tell(self, cast: Cast, zone: str) -> int:
        return cast.sam.client.post(f"{PAGE}time-zone/", {"time_zone": zone}).status_code

    def test_is_taken_where_there_is_none(self, cast: Cast) -> None:
        assert "data-time-zone" in body(cast.sam.client.get("/getting-started/"))
        assert self.tell(cast, "Europe/Paris") == 204
        assert sam(cast).time_zone == "Europe/Paris"
        assert "data-time-zone" not in body(cast.sam.client.get("/getting-started/"))

    def test_never_overwrites_what_was_chosen(self, cast: Cast) -> None:
        choose(cast.sam.client, "", "Asia/Tokyo")
        self.tell(cast, "Europe/Paris")
        assert sam(cast).time_zone == "Asia/Tokyo"

    @pytest.mark.parametrize(("told", "kept"), [("Asia/Calcutta", "Asia/Kolkata"), ("Etc/UTC", "UTC"), ("UTC", "UTC")])
    def test_is_taken_by_the_name_that_is_listed(self, cast: Cast, told: str, kept: str) -> None:
        self.tell(cast, told)
        assert sam(cast).time_zone == kept

    @pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "a\0b"])
    def test_that_is_none_is_ignored(self, cast: Cast, zone: str) -> None:
        assert self.tell(cast, zone) == 204
        assert sam(cast).time_zone == ""

    def test_is_nobodys_who_is_signed_out(self, cast: Cast) -> None:
        assert Client().post(f"{PAGE}time-zone/", {"time_zone": "Europe/Paris"}).status_code == 302

    def test_is_sent_with_a_token_against_forgery(self, cast: Cast) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(cast.sam.user)
        assert strict.post(f"{PAGE}time-zone/", {"time_zone": "Europe/Paris"}).status_code == 403


def test_a_change_is_written_down_once(cast: Cast) -> None:
    choose(cast.sam.client, "fr", "Europe/Paris")
    choose(cast.sam.client, "fr", "Europe/Paris")
    assert Event.objects.get(action="account.region_changed").subject_id == cast.sam.user.pk


def test_the_region_costs_no_query(cast: Cast) -> None:
    """It comes with the user, whom a page that does not ask for one does not load."""
    choose(cast.sam.client, "fr", "Europe/Paris")
    with CaptureQueriesContext(connection) as captured:
        cast.sam.client.get("/favicon.ico")
    assert captured.captured_queries == []


class TestMails:
    def test_of_an_organization_come_in_the_readers_language(self, cast: Cast) -> None:
        choose(cast.mia.client, "fr")
        change_role(membership=cast.mia.membership(cast.acme), role="tech", by=cast.olivia.actor(cast.acme))
        [mail] = mails_to("mia.member@example.com", "role-changed")
        assert '<html lang="fr"' in mail.html

    def test_to_an_address_come_in_the_language_of_who_has_it(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        choose(cast.olivia.client, "en")
        for address in ("sam.stranger@example.com", "nobody@example.com"):
            invite_member(organization=cast.acme, email=address, role="member", by=cast.olivia.actor(cast.acme))
        assert '<html lang="fr"' in mails_to("sam.stranger@example.com")[0].html
        assert '<html lang="en"' in mails_to("nobody@example.com")[0].html

    def test_to_reset_a_password_come_in_ones_own_language_whatever_the_browser_asks_for(self, cast: Cast) -> None:
        choose(cast.sam.client, "fr")
        visitor = Client(headers={"accept-language": "en"})
        for address in ("sam.stranger@example.com", "nobody@example.com"):
            answer = visitor.post("/accounts/password/reset/", {"email": address}, follow=True)
            assert '<html lang="en"' in body(answer)
        assert '<html lang="fr"' in mails_to("sam.stranger@example.com")[0].html
        assert '<html lang="en"' in mails_to("nobody@example.com")[0].html

    def test_are_written_with_one_query_for_known_and_unknown_addresses(self, cast: Cast) -> None:
        counts = []
        for address in ("rita.rival@example.com", "nobody@example.com"):
            with CaptureQueriesContext(connection) as captured:
                invite_member(organization=cast.acme, email=address, role="member", by=cast.olivia.actor(cast.acme))
            counts.append(len(captured))
        assert counts[0] == counts[1]
