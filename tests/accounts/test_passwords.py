"""The password: change it, set a first one, what it must be, how strong it is (issue 3, Deliver 3; text 002, 2.1)."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.core.checks import run_checks
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from accounts.breaches import is_breached
from accounts.models import Browser, User
from accounts.strength import known_of, strength_of
from audit.models import Event
from tests.accounts.factors import proof_on, prove_factor
from tests.accounts.signing import (
    PASSWORD,
    choose_password,
    is_signed_in,
    make_user,
    reset_link,
    sign_in,
    sign_up,
)
from tests.reading import body, error_at, mails_to, words, words_at

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

OLIVIA = "olivia@example.com"
NEW = "walnut-ferry-38"
PAGE = "/profile/security/password/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def olivia(db: None) -> User:
    return make_user(OLIVIA)


@pytest.fixture
def browser(olivia: User) -> Client:
    client = Client()
    sign_in(client, OLIVIA)
    return client


def change(client: Client, new: str = NEW, current: str = PASSWORD, again: str | None = None) -> HttpResponseBase:
    fields = {"oldpassword": current, "password1": new, "password2": new if again is None else again}
    return client.post(PAGE, fields)


class TestChanging:
    """Text 002, section 2.1: enter the current password, a new one and again, save."""

    def test_the_new_one_works_from_now_on(self, olivia: User, browser: Client) -> None:
        assert change(browser).headers["Location"] == "/profile/security/"
        assert "Your password is changed." in words(browser.get("/profile/security/"))
        assert sign_in(Client(), OLIVIA, NEW).status_code == 302
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 200
        assert Event.objects.filter(action="account.password_changed", subject_id=olivia.pk).count() == 1

    def test_the_form_stands_on_the_security_page(self, browser: Client) -> None:
        page = words(browser.get("/profile/security/"))
        for label in ("Current password", "New password", "New password (again)", "Change password"):
            assert label in page

    def test_16_other_sessions_end_and_this_one_goes_on_under_another_key(self, browser: Client) -> None:
        """Attack 16; also somebody who has copied this very cookie is out."""
        other, thief = Client(), Client()
        sign_in(other, OLIVIA)
        thief.cookies["sessionid"] = browser.cookies["sessionid"].value
        assert is_signed_in(thief)
        change(browser)
        assert is_signed_in(browser)
        assert not is_signed_in(other)
        assert not is_signed_in(thief)

    def test_no_browser_is_trusted_any_more(self, olivia: User, browser: Client) -> None:
        Browser.objects.filter(user=olivia).update(trusted_until=datetime(2099, 1, 1, tzinfo=UTC))
        change(browser)
        assert not Browser.objects.filter(user=olivia, trusted_until__isnull=False).exists()

    def test_its_person_is_told(self, browser: Client) -> None:
        change(browser)
        [notice] = mails_to(OLIVIA, "password-changed")
        assert notice.subject == "Your password was changed"
        assert "If it was not you" in notice.text

    def test_a_wrong_current_one_changes_nothing_and_is_written_down(self, olivia: User, browser: Client) -> None:
        assert error_at(change(browser, current="wrong"), "oldpassword") == "This is not your password. Try again."
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302
        denied = Event.objects.get(action="account.password_changed")
        assert (denied.outcome, denied.subject_id, denied.after) == ("denied", olivia.pk, {"code": "wrong"})

    def test_guessing_the_current_one_ends_after_five(self, clock: time_machine.Traveller, browser: Client) -> None:
        for _ in range(5):
            change(browser, current="wrong")
        assert "too many wrong passwords" in error_at(change(browser), "oldpassword")
        clock.shift(timedelta(minutes=5, seconds=1))
        assert change(browser).status_code == 302

    def test_right_ones_do_not_count(self, browser: Client) -> None:
        passwords = [PASSWORD, *(f"walnut-ferry-{number}" for number in range(10, 18))]
        for current, new in pairwise(passwords):
            assert change(browser, new, current).status_code == 302

    def test_who_has_a_second_factor_gives_it_too_and_types_nothing_twice(self, olivia: User, browser: Client) -> None:
        """The password alone would hand the account to whoever knows it and finds it open."""
        app = prove_factor(browser, olivia)
        session = browser.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp() - 700
        session.save()
        asked = change(browser)
        assert "Confirm that it is you" in words(asked)
        assert NEW not in body(asked)
        assert olivia.check_password(PASSWORD)
        assert browser.post(PAGE, proof_on(asked, app.code())).headers["Location"] == "/profile/security/"
        assert User.objects.get(pk=olivia.pk).check_password(NEW)

    def test_the_two_new_ones_must_be_the_same(self, browser: Client) -> None:
        assert error_at(change(browser, again="walnut-ferry-39"), "password2") == "This is not the same password."

    def test_what_was_typed_is_not_sent_back(self, browser: Client) -> None:
        page = body(change(browser, current="wrong-but-secret"))
        assert "wrong-but-secret" not in page
        assert NEW not in page

    @pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/password/set/"])
    def test_allauths_pages_lead_here(self, browser: Client, path: str) -> None:
        assert browser.get(path).headers["Location"] == PAGE
        browser.post(path, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302

    def test_spaces_at_its_ends_belong_to_it(self, browser: Client) -> None:
        """ASVS 6.2.8: as it was typed."""
        change(browser, " walnut ferry 38 ")
        assert sign_in(Client(), OLIVIA, " walnut ferry 38 ").status_code == 302
        assert sign_in(Client(), OLIVIA, "walnut ferry 38").status_code == 200


class TestTheFirstOne:
    @pytest.fixture
    def passwordless(self, browser: Client, olivia: User) -> Client:
        """Olivia signs in by other means; she has just done so."""
        olivia.set_unusable_password()
        olivia.save()
        client = Client()
        client.force_login(olivia)
        session = client.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp()
        session.save()
        return client

    def test_it_is_set_without_a_current_one(self, olivia: User, passwordless: Client) -> None:
        assert "Set a password" in words(passwordless.get("/profile/security/"))
        other = Client()
        other.force_login(olivia)
        response = passwordless.post(PAGE, {"password1": NEW, "password2": NEW})
        assert response.headers["Location"] == "/profile/security/"
        assert sign_in(Client(), OLIVIA, NEW).status_code == 302
        assert is_signed_in(passwordless)
        assert not is_signed_in(other)
        assert Event.objects.filter(action="account.password_set", subject_id=olivia.pk).exists()

    def test_17_an_old_proof_is_asked_again(self, olivia: User, passwordless: Client) -> None:
        session = passwordless.session
        session["proven_at"] = datetime.now(tz=UTC).timestamp() - 700
        session.save()
        passwordless.post(PAGE, {"password1": NEW, "password2": NEW})
        assert not User.objects.get(pk=olivia.pk).has_usable_password()

    def test_who_has_one_cannot_leave_out_the_current_one(self, browser: Client) -> None:
        assert error_at(browser.post(PAGE, {"password1": NEW, "password2": NEW}), "oldpassword")
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302


class TestResetting:
    def test_it_ends_all_sessions_the_one_in_this_browser_too(self, olivia: User, browser: Client) -> None:
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        assert choose_password(browser, reset_link(OLIVIA), NEW).status_code == 302
        assert not is_signed_in(browser)
        assert not olivia.sessions.exists()
        assert mails_to(OLIVIA, "password-changed")
        assert Event.objects.filter(action="account.password_reset", subject_id=olivia.pk).exists()

    def test_trusted_browsers_are_none_any_more(self, olivia: User, browser: Client) -> None:
        Browser.objects.filter(user=olivia).update(trusted_until=datetime(2099, 1, 1, tzinfo=UTC))
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        choose_password(Client(), reset_link(OLIVIA), NEW)
        assert not Browser.objects.filter(user=olivia, trusted_until__isnull=False).exists()


BAD = {
    "short-1": "too short",
    "password123": "too common",
    "qwertyuiop": "too common",
    "1234567890123": "entirely numeric",
    "olivia@example": "too similar",
    "abcabcabcabc": "first that anybody would try",
    "console-2027": "too similar to the name of Console",
    "x" * 257: "Use 256 characters at most.",
}


class TestWhatItMustBe:
    @pytest.mark.parametrize("new", BAD)
    def test_one_that_will_not_do_is_an_error_at_its_field(self, browser: Client, new: str) -> None:
        assert BAD[new] in error_at(change(browser, new), "password1")
        assert sign_in(Client(), OLIVIA, PASSWORD).status_code == 302

    @pytest.mark.parametrize("new", BAD)
    def test_so_it_is_when_resetting_and_signing_up(self, olivia: User, new: str) -> None:
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        assert BAD[new] in error_at(choose_password(Client(), reset_link(OLIVIA), new), "password1")
        fields = {"email": "olivia@example.org", "password1": new, "password2": new}
        assert BAD[new] in error_at(Client().post("/accounts/signup/", fields), "password1")

    @pytest.mark.parametrize(
        "new",
        [
            "walnut ferry harbour",
            "ξύλο-λιμάνι-38",
            "🦊 walnut 🌊 ferry",
            "x7" * 32 + "-walnut-ferry",
            "w" * 9 + NEW * 16,
        ],
    )
    def test_no_kind_of_character_is_asked_for_or_refused(self, browser: Client, new: str) -> None:
        """ASVS 6.2.5, 6.2.9: words alone will do, 64 characters and more are taken."""
        assert change(browser, new).status_code == 302
        assert sign_in(Client(), OLIVIA, new).status_code == 302


class TestBreaches:
    """ASVS 6.2.12, offline."""

    @pytest.fixture
    def found(self) -> list[str]:
        return [f"breached-harbour-{number}" for number in range(500)]

    @pytest.fixture(params=["with counts", "without", "small letters, Windows lines"])
    def list_file(self, request: pytest.FixtureRequest, tmp_path: Path, found: list[str]) -> Path:
        digests = sorted(hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest() for password in found)
        lines = {
            "with counts": [f"{digest.upper()}:{n * n + 1}\n" for n, digest in enumerate(digests)],
            "without": [f"{digest.upper()}\n" for digest in digests],
            "small letters, Windows lines": [f"{digest}:{n}\r\n" for n, digest in enumerate(digests)],
        }[request.param]
        path = tmp_path / "breached.txt"
        path.write_text("".join(lines), newline="")
        return path

    def test_each_one_of_the_list_is_found_and_no_other(self, list_file: Path, found: list[str]) -> None:
        assert all(is_breached(password, list_file) for password in found)
        assert not any(is_breached(f"{password}x", list_file) for password in found)

    def test_a_last_line_without_an_end_counts(self, list_file: Path, found: list[str]) -> None:
        list_file.write_bytes(list_file.read_bytes().rstrip())
        assert all(is_breached(password, list_file) for password in found)

    def test_such_a_password_is_refused(self, settings: Settings, list_file: Path, browser: Client) -> None:
        settings.BREACHED_PASSWORDS_FILE = str(list_file)
        assert "found in a data breach" in error_at(change(browser, "breached-harbour-7"), "password1")
        assert change(browser).status_code == 302

    def test_the_list_is_not_read_whole(self, tmp_path: Path) -> None:
        """A file of 40 GB that holds nothing but its beginning: only some thirty places of it are looked at."""
        path = tmp_path / "huge.txt"
        with path.open("wb") as file:
            for _ in range(3):
                file.write(b"0" * 40 + b":1\n")
            file.truncate(40 * 2**30)
        assert not is_breached(NEW, path)

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (None, "No such file"),
            (b"", "empty"),
            (b"password123\nqwerty\n", "no SHA-1"),
            (b"F" * 40 + b":3\n" + b"0" * 40 + b":1\n" + b"0" * 40 + b":1\n", "not sorted"),
        ],
    )
    def test_a_file_that_cannot_be_used_is_said_at_start_up(
        self, settings: Settings, tmp_path: Path, content: bytes | None, fault: str
    ) -> None:
        path = tmp_path / "list.txt"
        if content is not None:
            path.write_bytes(content)
        settings.BREACHED_PASSWORDS_FILE = str(path)
        [error] = [message for message in run_checks() if message.id == "accounts.E003"]
        assert fault in error.msg

    def test_a_good_file_passes_the_check(self, settings: Settings, list_file: Path) -> None:
        settings.BREACHED_PASSWORDS_FILE = str(list_file)
        assert not [message for message in run_checks() if message.id == "accounts.E003"]

    def test_a_file_that_is_gone_later_keeps_nobody_from_changing(self, settings: Settings, browser: Client) -> None:
        settings.BREACHED_PASSWORDS_FILE = "/nowhere/breached.txt"
        assert change(browser).status_code == 302


def meter(client: Client, password: str, **more: str) -> str:
    return words(client.post("/accounts/password/strength/", {"password1": password, **more}))


class TestStrength:
    def test_it_is_said_in_words_while_one_types(self) -> None:
        assert meter(Client(), "password") == (
            "Very weak: one of the first that anybody tries · It contains a word or a password that many people use."
        )
        assert meter(Client(), "walnut ferry harbour plum") == "Strong"
        assert meter(Client(), "") == ""

    def test_name_and_address_count_against_it(self, olivia: User, browser: Client) -> None:
        User.objects.filter(pk=olivia.pk).update(first_name="Aurelianne", last_name="Vandersteen")
        assert "It contains your name" in meter(browser, "vandersteen9")
        assert "It contains your name" not in meter(Client(), "vandersteen9")
        assert "It contains your name" in meter(Client(), "vandersteen9", email="a.vandersteen@example.com")

    def test_one_person_is_not_judged_by_anothers_name(self) -> None:
        """The package keeps what it was told; ours must not."""
        strength_of("aurelianne", known_of("aurelianne@example.com"))
        before, after = strength_of("aurelianne7", []), strength_of("aurelianne7", [])
        assert before == after
        assert "name" not in str(after.advice)

    def test_a_page_that_asks_for_a_new_password_has_a_place_for_it(self, olivia: User, browser: Client) -> None:
        Client().post("/accounts/password/reset/", {"email": OLIVIA})
        pages = [
            Client().get("/accounts/signup/"),
            Client().get(reset_link(OLIVIA), follow=True),
            browser.get("/profile/security/"),
            browser.get(PAGE),
        ]
        for page in pages:
            assert 'data-hx-post="/accounts/password/strength/"' in body(page)
            assert 'id="id_password1_strength" role="status"' in body(page)
            assert "10 characters or more." in words_at(page, "id", "id_password1_helptext")
            # What else is in the form stays there.
            assert 'data-hx-params="csrfmiddlewaretoken,password1,email"' in body(page)

    def test_a_long_one_takes_no_time(self) -> None:
        """The time grows with the square at least: 72 characters are looked at."""
        begun = datetime.now(tz=UTC)
        meter(Client(), "aA1!" * 100_000)
        assert datetime.now(tz=UTC) - begun < timedelta(seconds=2)

    def test_it_is_answered_sixty_times_a_minute_for_one_address(self, clock: time_machine.Traveller) -> None:
        client = Client()
        codes = [client.post("/accounts/password/strength/", {"password1": "a"}).status_code for _ in range(61)]
        assert codes == [200] * 60 + [429]

    def test_it_is_a_post_alone_and_needs_the_token(self) -> None:
        assert Client().get("/accounts/password/strength/", {"password1": "x"}).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        assert strict.post("/accounts/password/strength/", {"password1": "x"}).status_code == 403

    def test_nobody_keeps_the_answer_and_no_log_has_the_password(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level("DEBUG"):
            answer = Client().post("/accounts/password/strength/", {"password1": "tell-nobody-of-me"})
        assert "no-store" in answer.headers["Cache-Control"]
        assert "tell-nobody" not in caplog.text
        assert "tell-nobody" not in body(answer)


def test_signing_up_still_works_with_a_strong_one() -> None:
    assert sign_up(Client(), "new@example.com").status_code == 302
