"""Guessing second factors: what slows it down, and who hears of it (ASVS 6.3.1)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import FactorGuard, User
from audit.models import Event
from tests.accounts.factors import App, answer, give_app, give_codes, is_in, proof_on
from tests.accounts.signing import make_user, sign_in
from tests.reading import error_at, mails_to

pytestmark = pytest.mark.django_db


def guess(client: Client, app: App, times: int = 1) -> str:
    """Give wrong codes, and say what the last answer says."""
    said = ""
    for _ in range(times):
        said = error_at(answer(client, app.wrong_code()), "code")
    return said


def test_the_third_wrong_answer_begins_a_pause(half: Client, app: App) -> None:
    assert "Try again." in guess(half, app, 3)
    assert guess(half, app) == "Too many wrong answers. Wait 5 seconds, then try again."


def test_a_right_answer_does_not_count_in_a_pause_and_does_after_it(half: Client, theo: User, app: App) -> None:
    with time_machine.travel(timezone.now()) as clock:
        guess(half, app, 3)
        answer(half, app.code())
        assert not is_in(half)
        clock.shift(6)
        answer(half, app.code())
        assert is_in(half)
        assert theo.factor_guard.failures == 0


def test_each_wrong_answer_doubles_the_pause_up_to_an_hour(theo: User) -> None:
    guard = FactorGuard(user=theo)
    pauses = []
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(16):
            guard.count_failure()
            pauses.append(guard.pause)
    assert pauses[:6] == [timedelta(seconds=seconds) for seconds in (0, 0, 5, 10, 20, 40)]
    assert pauses[-1] == pauses[-2] == timedelta(hours=1)


def test_no_number_of_wrong_answers_is_too_many_to_count(theo: User) -> None:
    guard = FactorGuard(user=theo, failures=100_000)
    guard.count_failure()
    assert guard.pause <= timedelta(hours=1)


def test_a_pause_is_of_the_account_and_of_every_way_to_answer(half: Client, theo: User, app: App) -> None:
    codes = give_codes(theo)
    guess(half, app, 3)
    other = Client(REMOTE_ADDR="203.0.113.7")
    sign_in(other, theo.email)
    assert "Too many wrong answers." in guess(other, app)
    assert "Too many wrong answers." in error_at(answer(other, codes[0], "backup_codes"), "code")
    assert theo.backup_codes.left == 10


def test_emptying_the_cache_gives_no_guesses_back(half: Client, app: App) -> None:
    guess(half, app, 3)
    cache.clear()
    assert "Too many wrong answers." in guess(half, app)


def test_a_new_sign_in_begins_no_new_count(half: Client, theo: User, app: App) -> None:
    guess(half, app, 3)
    other = Client()
    sign_in(other, theo.email)
    assert "Too many wrong answers." in guess(other, app)


def test_nobody_else_waits(half: Client, app: App) -> None:
    guess(half, app, 3)
    mia = make_user("mia.member@example.com")
    hers = give_app(mia)
    other = Client()
    sign_in(other, mia.email)
    answer(other, hers.code())
    assert is_in(other)


def test_one_client_address_may_give_thirty_answers_in_five_minutes() -> None:
    said = []
    with time_machine.travel(timezone.now()) as clock:
        for number in range(11):
            user = make_user(f"user.{number}@example.com")
            theirs = give_app(user)
            browser = Client(REMOTE_ADDR="203.0.113.9")
            sign_in(browser, user.email)
            said.append(guess(browser, theirs, 3))
            # Sign-ins are limited, too.
            clock.shift(7)
    assert "Try again." in said[9]
    assert said[10] == "Too many answers came from your network. Wait a few minutes, then try again."


def test_forged_headers_change_nothing(half: Client, app: App) -> None:
    guess(half, app, 3)
    said = half.post(
        "/accounts/login/second-factor/",
        {"kind": "authenticator", "code": app.wrong_code()},
        headers={"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1", "Forwarded": "for=198.51.100.1"},
    )
    assert "Too many wrong answers." in error_at(said, "code")


def test_after_five_in_a_row_the_person_hears_that_their_password_is_known(half: Client, theo: User, app: App) -> None:
    with time_machine.travel(timezone.now()) as clock:
        for count in range(1, 9):
            guess(half, app)
            clock.shift(200)
            assert len(mails_to(theo.email, "factor-guessed")) == (1 if count >= 5 else 0)
            sign_in(half, theo.email)
    assert "Somebody knows your password" in mails_to(theo.email, "factor-guessed")[0].subject


def test_wrong_answers_are_recorded_as_the_persons(half: Client, theo: User, app: App) -> None:
    guess(half, app)
    event = Event.objects.get(action="account.factor_verified")
    assert (event.outcome, event.subject_id, event.after) == ("denied", theo.pk, {"kind": "authenticator"})


def test_asking_again_inside_counts_too(client: Client, theo: User, app: App) -> None:
    """A stolen session is no place to guess in."""
    sign_in(client, theo.email)
    answer(client, app.code())
    page = f"/profile/security/mfa/authenticator/{app.device.pk}/removal/"
    asked = client.post(page)
    for _ in range(3):
        asked = client.post(page, proof_on(asked, app.wrong_code()))
    asked = client.post(page, proof_on(asked, app.code(1)))
    assert "Too many wrong answers." in error_at(asked, "code")
    assert theo.authenticators.exists()
