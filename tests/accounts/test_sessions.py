"""Where one is signed in: what the page shows, what ending does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import lock_account
from accounts.models import Session, User
from accounts.sessions.engine import SessionStore
from accounts.views import security
from audit.actors import Actor
from audit.models import Event
from tests.accounts.sessions import NINA, OTHERS, PAGE, PHONE, browser, fill, key_of, row_of, signed_in_browser
from tests.accounts.signing import PASSWORD, choose_password, is_signed_in, make_user, reset_link, sign_in, sign_up
from tests.reading import main_words, posts, words, words_at

pytestmark = pytest.mark.django_db


def end(client: Client, session: Session) -> Any:
    return client.post(f"{PAGE}{session.pk}/ending/", follow=True)


class TestThePage:
    def test_says_when_where_with_what_and_how_one_signed_in(self, nina: User) -> None:
        signed_in_browser(agent=PHONE, address="203.0.113.9")
        page = words_at(signed_in_browser().get(PAGE), "id", "open-sessions")
        assert "Safari 18 on iOS" in page
        assert "203.0.113.9" in page
        assert "Signed in just now · Password" in page
        assert "Last active just now" in page
        assert page.index("This session") < page.index("Safari 18 on iOS")

    def test_offers_to_end_the_others_and_not_this_one(self, nina: User) -> None:
        here = signed_in_browser()
        assert f"{PAGE}{row_of(here).pk}/ending/" not in posts(here.get(PAGE))
        assert OTHERS not in posts(here.get(PAGE))
        other = signed_in_browser()
        assert f"{PAGE}{row_of(other).pk}/ending/" in posts(here.get(PAGE))
        assert OTHERS in posts(here.get(PAGE))

    def test_shows_nothing_of_other_people(self, nina: User) -> None:
        make_user("max@example.com")
        signed_in_browser("max@example.com", PHONE)
        assert "Safari" not in main_words(signed_in_browser().get(PAGE))

    def test_shows_nothing_of_a_sign_in_that_is_not_through(self) -> None:
        """Signed up, the address not verified: a session, and nobody's."""
        sign_up(browser(PHONE), NINA)
        assert not Session.objects.exclude(user=None).exists()

    def test_a_hostile_description_of_a_browser_is_not_repeated(self, nina: User) -> None:
        signed_in_browser(agent="<b>Call +1 555 0100</b> (evil.example)")
        page = signed_in_browser().get(PAGE).text
        assert "Unknown device" in page
        assert "evil" not in page

    def test_the_card_shows_the_five_last_used(self, nina: User) -> None:
        for number in range(6):
            signed_in_browser(address=f"198.51.100.{number}")
        card = words_at(signed_in_browser().get("/profile/security/"), "id", "sessions-card")
        assert card.count("Firefox 140 on Linux") == 5

    def test_takes_as_many_queries_for_fifty_as_for_one(self, nina: User) -> None:
        here = signed_in_browser()
        here.get(PAGE)
        with CaptureQueriesContext(connection) as with_one:
            here.get(PAGE)
        fill(nina, 49)
        with CaptureQueriesContext(connection) as with_fifty:
            assert words(here.get(PAGE)).count("End session") == 49
        assert len(with_fifty) == len(with_one)

    def test_is_for_who_is_signed_in(self) -> None:
        assert Client().get(PAGE).headers["Location"].startswith("/accounts/login/")


class TestEnding:
    def test_one_ended_is_refused_with_its_very_next_request(self, nina: User) -> None:
        here, there = signed_in_browser(), signed_in_browser(agent=PHONE)
        assert is_signed_in(there)
        assert "The session is ended: Safari 18 on iOS." in words(end(here, row_of(there)))
        assert not is_signed_in(there)
        assert is_signed_in(here)
        event = Event.objects.get(action="account.session_ended")
        assert (event.subject_id, event.actor_id, event.outcome) == (nina.pk, nina.pk, "done")

    def test_all_others_end_and_this_one_stays(self, nina: User) -> None:
        here, others = signed_in_browser(), [signed_in_browser(agent=PHONE) for _ in range(2)]
        assert "2 other sessions are ended." in words(here.post(OTHERS, follow=True))
        assert [is_signed_in(client) for client in (here, *others)] == [True, False, False]
        assert "You are signed in nowhere else." in words(here.post(OTHERS, follow=True))

    def test_somebody_elses_is_not_there(self, nina: User) -> None:
        make_user("max@example.com")
        theirs = signed_in_browser("max@example.com")
        here = signed_in_browser()
        for pk in (row_of(theirs).pk, uuid4()):
            assert here.post(f"{PAGE}{pk}/ending/").status_code == 404
        assert is_signed_in(theirs)

    def test_two_at_once_end_it_once(self, nina: User) -> None:
        here, there = signed_in_browser(), signed_in_browser()
        session = row_of(there)
        end(here, session)
        assert end(here, session).status_code == 404

    def test_this_one_ends_too(self, nina: User) -> None:
        here = signed_in_browser()
        assert end(here, row_of(here)).redirect_chain[-1][0].startswith("/accounts/login/")

    def test_asks_who_one_is_when_that_was_long_ago(self, nina: User, clock: time_machine.Traveller) -> None:
        """ASVS 7.5.2: having authenticated again."""
        here, there = signed_in_browser(), signed_in_browser(agent=PHONE)
        clock.shift(timedelta(minutes=11))
        page = end(here, row_of(there))
        assert "Confirm that it is you" in words(page)
        assert is_signed_in(there)
        carried = page.text.partition('name="carried" value="')[2].partition('"')[0]
        answer = {"proof": "password", "password": PASSWORD, "carried": carried}
        here.post(f"{PAGE}{row_of(there).pk}/ending/", answer)
        assert not is_signed_in(there)

    @pytest.mark.parametrize("address", [f"{PAGE}{UUID(int=1)}/ending/", OTHERS])
    def test_nothing_ends_by_a_link(self, nina: User, address: str) -> None:
        here, there = signed_in_browser(), signed_in_browser()
        assert here.get(address).status_code == 405
        assert is_signed_in(there)

    def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(self, nina: User) -> None:
        there = signed_in_browser()
        row_of(there).delete()
        asking = {"HX-Request": "true", "HX-Current-URL": "http://testserver/profile/security/"}
        answer = there.get(PAGE, headers=asking)
        assert answer.status_code == 200
        assert answer.content == b""
        assert answer.headers["HX-Redirect"] == "/accounts/login/?next=/profile/security/"

    @pytest.mark.parametrize(
        ("came_from", "way_back"),
        [
            ("http://testserver/profile/security/?a=b", "/profile/security/%3Fa%3Db"),
            ("https://evil.example/profile/", "/"),
            ("http://testserver//evil.example", "/"),
            ("", "/"),
        ],
    )
    def test_a_form_leads_back_to_its_page(self, nina: User, came_from: str, way_back: str) -> None:
        """Where it was sent to there may be nothing to see."""
        there = signed_in_browser()
        row_of(there).delete()
        answer = there.post(OTHERS, headers={"Referer": came_from})
        assert answer.headers["Location"] == f"/accounts/login/?next={way_back}"


class TestEndedWhileAPageIsMade:
    @pytest.fixture
    def ended_meanwhile(self, nina: User, monkeypatch: pytest.MonkeyPatch) -> Client:
        """Her browser; while the security page is made, her session is ended from elsewhere."""

        def end_then_write(request: object) -> dict[str, object]:
            Session.objects.all().delete()
            request.session["written"] = "too late"  # type: ignore[attr-defined]
            return {}

        monkeypatch.setattr(security, "CARDS", [*security.CARDS, end_then_write])
        return signed_in_browser()

    def test_one_is_asked_to_sign_in_again(self, ended_meanwhile: Client) -> None:
        answer = ended_meanwhile.get("/profile/security/")
        assert answer.headers["Location"] == "/accounts/login/?next=/profile/security/"

    def test_htmx_too(self, ended_meanwhile: Client) -> None:
        answer = ended_meanwhile.get("/profile/security/", headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"].startswith("/accounts/login/")

    def test_it_does_not_come_back(self, ended_meanwhile: Client) -> None:
        ended_meanwhile.get("/profile/security/")
        assert not Session.objects.exists()
        assert not is_signed_in(ended_meanwhile)

    @pytest.mark.parametrize("do", [SessionStore.save, SessionStore.cycle_key])
    def test_nothing_that_a_page_does_brings_it_back(self, nina: User, do: Callable[[SessionStore], None]) -> None:
        store = SessionStore(key_of(signed_in_browser()))
        store["read"] = "before"
        Session.objects.all().delete()
        with pytest.raises((UpdateError, SessionInterrupted)):
            do(store)
        assert not Session.objects.exists()


class TestEndedWith:
    def test_a_locked_account(self, nina: User) -> None:
        here = signed_in_browser()
        lock_account(user=nina, by=Actor.system())
        assert not Session.objects.of(nina.pk).exists()
        assert not is_signed_in(here)

    def test_a_password_that_was_reset(self, nina: User) -> None:
        here = signed_in_browser()
        visitor = browser(PHONE)
        visitor.post("/accounts/password/reset/", {"email": NINA})
        choose_password(visitor, reset_link(NINA), "walnut-ferry-38")
        assert not Session.objects.of(nina.pk).filter(session_key=key_of(here)).exists()
        assert not is_signed_in(here)


def test_another_sign_in_takes_another_key(nina: User) -> None:
    """ASVS 7.2.4; and what was known before opens nothing (ATTACKS 15)."""
    here = browser()
    sign_up(here, "other@example.com")
    before = key_of(here)
    sign_in(here, NINA)
    assert key_of(here) != before
    assert not Session.objects.filter(session_key=before).exists()
    thief = browser()
    thief.cookies["sessionid"] = before
    assert not is_signed_in(thief)


def test_the_row_holds_no_address_that_was_typed(nina: User) -> None:
    here = signed_in_browser()
    [method] = row_of(here).methods
    assert method.keys() == {"method", "at"}
