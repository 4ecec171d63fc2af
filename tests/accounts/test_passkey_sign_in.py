"""Signing in with a passkey alone: its device has checked who holds it, so it is both factors."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.actions import lock_account
from accounts.factors.passkeys import CHALLENGE_LASTS
from accounts.models import Passkey, Recovery, User
from audit.actors import Actor
from audit.models import Event
from tests.accounts.passkeys import ALONE, ask, enrol, sign_in_alone
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.authenticator import Authenticator
from tests.reading import links, mails_to, words

pytestmark = pytest.mark.django_db

WRONG = "This passkey did not work."
SECOND = timedelta(seconds=1)


@pytest.fixture
def device(nora: User) -> Authenticator:
    """Nora's phone, with a passkey that it counts the uses of."""
    client = Client()
    sign_in(client, "nora@example.com")
    return enrol(client, Authenticator(counts=True))


def refusal(client: Client, device: Authenticator) -> str:
    """What the page says of a passkey that opens nothing."""
    response = sign_in_alone(client, device)
    assert response.headers["Location"] == "/accounts/login/"
    assert not is_signed_in(client)
    return words(client.get("/accounts/login/"))


def test_it_opens_the_account_without_another_question(client: Client, nora: User, device: Authenticator) -> None:
    assert sign_in_alone(client, device).headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(nora.pk)
    assert client.session["otp_device_id"] == nora.passkeys.get().persistent_id
    event = Event.objects.filter(action="account.signed_in").first()
    assert event is not None
    assert (event.subject_id, event.outcome) == (nora.pk, "done")


def test_the_session_says_how_it_began_and_has_a_key_of_its_own(
    client: Client, nora: User, device: Authenticator
) -> None:
    ask(client, ALONE)
    before = client.session.session_key
    sign_in_alone(client, device)
    assert client.session.session_key != before
    assert [method["method"] for method in nora.sessions.get(session_key=client.session.session_key).methods] == [
        "passkey"
    ]


def test_it_goes_on_to_where_the_person_was_going(client: Client, device: Authenticator) -> None:
    response = sign_in_alone(client, device, next="/profile/security/")
    assert response.headers["Location"] == "/profile/security/"


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https:evil.example", "javascript:alert(1)"])
def test_and_to_nowhere_else(client: Client, device: Authenticator, elsewhere: str) -> None:
    assert sign_in_alone(client, device, next=elsewhere).headers["Location"] == "/"


def test_a_proof_that_is_asked_for_after_it_is_fresh(client: Client, device: Authenticator) -> None:
    sign_in_alone(client, device)
    assert "Add a passkey" in words(client.get("/profile/security/mfa/passkeys/new/"))


def test_its_last_use_is_noted(client: Client, nora: User, device: Authenticator) -> None:
    sign_in_alone(client, device)
    passkey = nora.passkeys.get()
    assert passkey.last_used_at is not None
    assert passkey.sign_count == 1


def test_a_browser_that_is_new_for_the_account_is_told_of(client: Client, device: Authenticator) -> None:
    sign_in_alone(client, device)
    assert len(mails_to("nora@example.com", "new-device")) == 1


def test_what_is_asked_names_nobody_and_is_the_same_for_all(client: Client, device: Authenticator) -> None:
    options = client.post(f"{ALONE}challenge/", {"email": "nora@example.com", "login": "nora@example.com"}).json()
    assert options["userVerification"] == "required"
    assert options["rpId"] == "localhost"
    assert not options.get("allowCredentials")


def test_a_device_that_did_not_check_who_holds_it_is_one_factor_only(client: Client, device: Authenticator) -> None:
    device.verifies = False
    assert WRONG in refusal(client, device)


def test_a_counter_that_goes_back_means_a_copy(client: Client, nora: User, device: Authenticator) -> None:
    device.uses = 7
    sign_in_alone(client, device)
    for copied in (7, 3):
        device.uses = copied - 1
        assert WRONG in refusal(Client(), device)
    assert nora.passkeys.get().sign_count == 8


def test_the_largest_count_is_taken(client: Client, nora: User, device: Authenticator) -> None:
    device.uses = 2**32 - 2
    sign_in_alone(client, device)
    assert nora.passkeys.get().sign_count == 2**32 - 1


@pytest.mark.parametrize(
    ("what", "value"),
    [("origin", "https://evil.example"), ("rp_id", "evil.example"), ("framed", True), ("user_handle", None)],
)
def test_an_answer_from_elsewhere_is_refused(client: Client, device: Authenticator, what: str, value: object) -> None:
    setattr(device, what, value)
    assert WRONG in refusal(client, device)


def test_an_answer_that_names_another_user_is_refused(client: Client, device: Authenticator) -> None:
    make_user("otto@example.com")
    other = Client()
    sign_in(other, "otto@example.com")
    device.user_handle = enrol(other).user_handle
    assert WRONG in refusal(client, device)


def test_a_signature_of_another_key_is_refused(client: Client, device: Authenticator) -> None:
    forged = Authenticator(counts=True, credential_id=device.credential_id, user_handle=device.user_handle)
    assert WRONG in refusal(client, forged)


def test_a_passkey_that_nobody_has_is_refused_in_the_same_words(client: Client, device: Authenticator) -> None:
    assert WRONG in refusal(client, Authenticator(user_handle=device.user_handle))


def test_one_that_was_removed_is_refused_in_the_same_words(client: Client, nora: User, device: Authenticator) -> None:
    nora.passkeys.get().delete()
    assert WRONG in refusal(client, device)


def test_a_locked_account_is_not_told_from_one_that_is_not_there(
    client: Client, nora: User, device: Authenticator
) -> None:
    lock_account(user=nora, by=Actor.system())
    assert WRONG in refusal(client, device)
    assert nora.passkeys.get().sign_count == 0


def test_an_answer_counts_once(client: Client, device: Authenticator) -> None:
    answer = device.get(ask(client, ALONE))
    client.post(ALONE, {"answer": answer})
    client.post("/accounts/logout/")
    client.post(ALONE, {"answer": answer})
    assert "That took too long." in words(client.get("/accounts/login/"))
    assert not is_signed_in(client)


def test_also_where_a_session_was_put_back_that_still_waits_for_it(client: Client, nora: User) -> None:
    """A synced passkey counts nothing: the time of its last use says that the question is older."""
    first = Client()
    sign_in(first, "nora@example.com")
    device = enrol(first, Authenticator(counts=False))
    answer = device.get(ask(client, ALONE))
    kept = client.session["passkey_sign-in"]
    client.post(ALONE, {"answer": answer})
    assert is_signed_in(client)
    thief = Client()
    session = thief.session
    session["passkey_sign-in"] = kept
    session.save()
    thief.post(ALONE, {"answer": answer})
    assert not is_signed_in(thief)


def test_an_answer_works_in_no_other_session(client: Client, device: Authenticator) -> None:
    other = Client()
    ask(other, ALONE)
    other.post(ALONE, {"answer": device.get(ask(client, ALONE))})
    assert not is_signed_in(other)


def test_an_answer_after_five_minutes_is_too_late(
    client: Client, device: Authenticator, time_machine: TimeMachineFixture
) -> None:
    answer = device.get(ask(client, ALONE))
    time_machine.move_to(timezone.now() + CHALLENGE_LASTS + SECOND)
    client.post(ALONE, {"answer": answer})
    assert "That took too long." in words(client.get("/accounts/login/"))


def test_an_answer_that_was_asked_for_as_a_second_factor_opens_nothing(
    client: Client, nora: User, device: Authenticator
) -> None:
    sign_in(client, "nora@example.com")
    answer = device.get(ask(client, "/accounts/login/second-factor/"))
    client.post(ALONE, {"answer": answer})
    assert not is_signed_in(client)


def test_an_unverified_address_is_verified_first(client: Client, nora: User, device: Authenticator) -> None:
    EmailAddress.objects.filter(user=nora).update(verified=False)
    assert sign_in_alone(client, device).headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)


def test_a_recovery_that_somebody_asked_for_with_the_password_is_stopped(
    client: Client, nora: User, device: Authenticator
) -> None:
    other = Client()
    nora.passkeys.update(created_at=timezone.now() - timedelta(days=8))
    sign_in(other, "nora@example.com")
    other.post("/accounts/login/recovery/")
    sign_in_alone(client, device)
    assert Recovery.objects.get(user=nora).state == Recovery.State.CANCELLED
    event = Event.objects.get(action="account.recovery_cancelled")
    assert (event.actor_kind, event.actor_id) == ("user", nora.pk)


def test_what_somebody_else_had_begun_in_the_browser_is_forgotten(
    client: Client, nora: User, device: Authenticator
) -> None:
    make_user("otto@example.com")
    first = Client()
    sign_in(first, "otto@example.com")
    enrol(first)
    sign_in(client, "otto@example.com")
    sign_in_alone(client, device)
    assert client.session["_auth_user_id"] == str(nora.pk)
    assert "account_login" not in client.session


def test_who_is_signed_in_stays_who_they_are(client: Client, nora: User, device: Authenticator) -> None:
    otto = make_user("otto@example.com")
    sign_in(client, "otto@example.com")
    sign_in_alone(client, device)
    assert client.session["_auth_user_id"] == str(otto.pk)


def test_asking_too_often_is_stopped_by_address(client: Client) -> None:
    statuses = [client.post(f"{ALONE}challenge/").status_code for _ in range(61)]
    assert statuses[59:] == [200, 429]
    assert client.post(ALONE, {"answer": "{}"}).status_code == 429


def test_a_failed_attempt_is_recorded(client: Client, device: Authenticator) -> None:
    device.verifies = False
    sign_in_alone(client, device)
    denial = Event.objects.get(action="account.signed_in", outcome="denied")
    assert (denial.actor_kind, denial.after) == ("visitor", {"code": "passkey"})


def test_the_page_to_sign_in_offers_it_where_a_script_finds_that_the_browser_can(client: Client) -> None:
    page = client.get("/accounts/login/?next=/profile/security/")
    assert "Sign in with a passkey" in words(page)
    assert 'action="/accounts/login/passkey/" hidden' in page.content.decode()
    assert "/accounts/login/passkey/" not in links(page)


def test_a_request_to_look_at_it_is_not_answered(client: Client) -> None:
    assert client.get(ALONE).status_code == 405
    assert Passkey.objects.count() == 0
