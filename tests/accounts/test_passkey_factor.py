"""A passkey beside the password: at the second step of a sign-in, and where a change asks again who one is."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.factors.passkeys import CHALLENGE_LASTS
from accounts.models import FactorGuard, User
from accounts.proof import PROOF_LASTS
from tests.accounts.passkeys import FACTOR, NEW, ask, enrol, give_factor
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.authenticator import Authenticator
from tests.reading import words

pytestmark = pytest.mark.django_db

WRONG = "This is not right, or it was used already."
SECOND = timedelta(seconds=1)


@pytest.fixture
def device(nora: User) -> Authenticator:
    """Nora's security key, which only knows that somebody touches it."""
    client = Client()
    sign_in(client, "nora@example.com")
    return enrol(client, Authenticator(verifies=False))


@pytest.fixture
def half(client: Client, device: Authenticator) -> Client:
    """Nora's browser after her password."""
    assert sign_in(client, "nora@example.com").headers["Location"] == FACTOR
    return client


def test_the_password_alone_opens_nothing(half: Client) -> None:
    assert not is_signed_in(half)
    assert "Passkey" in words(half.get(FACTOR))


def test_with_the_passkey_it_does(half: Client, nora: User, device: Authenticator) -> None:
    assert give_factor(half, device).headers["Location"] == "/"
    assert half.session["otp_device_id"] == nora.passkeys.get().persistent_id
    session = nora.sessions.get(session_key=half.session.session_key)
    assert [method["method"] for method in session.methods] == ["password", "passkey"]


def test_the_browser_is_asked_for_her_passkeys_only(half: Client, nora: User, device: Authenticator) -> None:
    make_user("otto@example.com")
    other = Client()
    sign_in(other, "otto@example.com")
    enrol(other)
    assert len(ask(half, FACTOR)["allowCredentials"]) == 1


def test_somebody_elses_passkey_is_refused(half: Client) -> None:
    make_user("otto@example.com")
    other = Client()
    sign_in(other, "otto@example.com")
    theirs = enrol(other)
    assert WRONG in words(give_factor(half, theirs))
    assert not is_signed_in(half)


@pytest.mark.parametrize(("what", "value"), [("origin", "https://evil.example"), ("rp_id", "evil"), ("framed", True)])
def test_an_answer_from_elsewhere_is_refused(half: Client, device: Authenticator, what: str, value: object) -> None:
    setattr(device, what, value)
    assert WRONG in words(give_factor(half, device))
    assert not is_signed_in(half)


@pytest.mark.parametrize("answer", ["{}", "null", "123456", "{" * 9_999])
def test_what_no_browser_sends_is_refused(half: Client, answer: str) -> None:
    ask(half, FACTOR)
    assert WRONG in words(half.post(FACTOR, {"kind": "passkey", "code": answer}))


def test_an_answer_counts_once(half: Client, device: Authenticator) -> None:
    answer = device.get(ask(half, FACTOR))
    assert half.post(FACTOR, {"kind": "passkey", "code": answer}).status_code == 302
    half.post("/accounts/logout/")
    sign_in(half, "nora@example.com")
    assert "That took too long." in words(half.post(FACTOR, {"kind": "passkey", "code": answer}))


def test_an_answer_after_five_minutes_is_too_late(
    half: Client, device: Authenticator, time_machine: TimeMachineFixture
) -> None:
    answer = device.get(ask(half, FACTOR))
    time_machine.move_to(timezone.now() + CHALLENGE_LASTS + SECOND)
    assert "That took too long." in words(half.post(FACTOR, {"kind": "passkey", "code": answer}))


def test_a_passkey_that_was_removed_meanwhile_is_refused(half: Client, nora: User, device: Authenticator) -> None:
    other = Client()
    sign_in(other, "nora@example.com")
    give_factor(other, device)
    enrol(other)
    options = ask(half, FACTOR)
    nora.passkeys.first().delete()
    assert WRONG in words(half.post(FACTOR, {"kind": "passkey", "code": device.get(options)}))


def test_it_is_taken_while_codes_are_not_for_too_many_wrong_ones(
    half: Client, nora: User, device: Authenticator
) -> None:
    """Nobody guesses a signature, so somebody who guesses codes keeps her out of nothing."""
    guard = FactorGuard(user=nora)
    for _ in range(10):
        guard.count_failure()
    assert give_factor(half, device).status_code == 302


def test_without_javascript_the_page_says_what_to_do(half: Client) -> None:
    assert "Passkeys need JavaScript." in words(half.get(FACTOR))
    assert "Enter the code." not in words(half.post(FACTOR, {"kind": "passkey", "code": ""}))


def test_who_is_signed_out_is_asked_for_nothing(client: Client) -> None:
    assert client.post(f"{FACTOR}challenge/").headers["Location"] == "/accounts/login/"


def test_a_change_that_asks_again_takes_it_and_goes_on(
    half: Client, nora: User, device: Authenticator, time_machine: TimeMachineFixture
) -> None:
    give_factor(half, device)
    time_machine.move_to(timezone.now() + PROOF_LASTS + SECOND)
    second = Authenticator()
    page = half.get(NEW)
    assert "Confirm that it is you" in words(page)
    carried = page.content.decode().partition('name="carried" value="')[2].partition('"')[0]
    proof = {"proof": "factor", "kind": "passkey", "carried": carried, "code": device.get(ask(half, FACTOR))}
    assert half.post(NEW, proof).headers["Location"] == NEW
    enrol(half, second)
    assert nora.passkeys.count() == 2
