"""How strong a password is, said while one types; and which ones are known from breaches (ASVS 6.2.12)."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.passwords.breaches import is_breached
from accounts.passwords.strength import known_of, strength_of
from tests.accounts.signing import (
    browser_of,
    change_password,
    reset_link,
    sign_up,
)
from tests.reading import body, error_at, words, words_at

pytestmark = pytest.mark.django_db

OLIVIA = "olivia@example.com"
NEW = "walnut-ferry-38"
PAGE = "/profile/security/password/"


@pytest.fixture
def browser(olivia: User) -> Client:
    return browser_of(OLIVIA)


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
        assert "found in a data breach" in error_at(change_password(browser, "breached-harbour-7"), "password1")
        assert change_password(browser, NEW).status_code == 302

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
        assert change_password(browser, NEW).status_code == 302


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
