"""Making passkeys: what a browser is asked, what is kept, and each answer that does not count."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from accounts.actions import remove_factor
from accounts.factors.passkeys import CHALLENGE_LASTS
from accounts.models import Passkey, User
from accounts.proof import PROOF_LASTS
from audit.actors import Actor
from audit.models import Event
from console.refusal import Refused
from tests.accounts.passkeys import FACTOR, NEW, ask, enrol
from tests.accounts.signing import make_user, sign_in
from tests.authenticator import Authenticator, encode
from tests.reading import body, mails_to, words

pytestmark = pytest.mark.django_db

WRONG = "This passkey did not work."
SECOND = timedelta(seconds=1)
ICLOUD = bytes.fromhex("fbfc3007154e4ecc8c0b6e020557d7bd")


@pytest.fixture
def nora(client: Client) -> User:
    """Signed in with her password a moment ago."""
    user = make_user("nora@example.com")
    sign_in(client, "nora@example.com")
    return user


def refusal(client: Client, device: Authenticator) -> str:
    """What the page says of the passkey that the device makes; none is added."""
    before = Passkey.objects.count()
    said = words(client.post(NEW, {"answer": device.create(ask(client, NEW))}))
    assert Passkey.objects.count() == before
    return said


def test_a_passkey_is_added_and_its_owner_hears_of_it(client: Client, nora: User) -> None:
    device = enrol(client)
    passkey = nora.passkeys.get()
    assert bytes(passkey.credential_id) == device.credential_id
    assert len(mails_to("nora@example.com", "factor-added")) == 1
    event = Event.objects.get(action="account.factor_added")
    assert (event.subject_id, event.target_id, event.after) == (nora.pk, passkey.pk, {"kind": "passkey"})


def test_the_session_that_made_it_counts_as_verified_with_it_and_has_a_new_key(client: Client, nora: User) -> None:
    before = client.session.session_key
    enrol(client)
    assert client.session.session_key != before
    assert client.session["otp_device_id"] == nora.passkeys.get().persistent_id
    assert client.get("/profile/security/").status_code == 200


def test_a_passkey_is_called_after_what_keeps_it(client: Client, nora: User) -> None:
    enrol(client, Authenticator(aaguid=ICLOUD))
    assert nora.passkeys.get().name == "iCloud Keychain"


def test_or_after_the_browser_that_made_it(client: Client, nora: User) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.defaults["HTTP_USER_AGENT"] = firefox
    enrol(client)
    assert nora.passkeys.get().name == "Firefox 140 on Linux"


def test_the_page_says_whether_one_can_sign_in_with_it_alone(client: Client, nora: User) -> None:
    phone, key = Authenticator(), Authenticator(verifies=False)
    added = client.post(NEW, {"answer": phone.create(ask(client, NEW))}, follow=True)
    assert "You can sign in with this passkey alone." in words(added)
    added = client.post(NEW, {"answer": key.create(ask(client, NEW))}, follow=True)
    assert "You can use this passkey after your password." in words(added)
    assert [passkey.opens_alone for passkey in nora.passkeys.all()] == [True, False]


def test_backup_codes_come_with_the_first_one(client: Client, nora: User) -> None:
    added = client.post(NEW, {"answer": Authenticator().create(ask(client, NEW))})
    assert added.headers["Location"] == "/profile/security/mfa/backup-codes/"
    added = client.post(NEW, {"answer": Authenticator().create(ask(client, NEW))})
    assert added.headers["Location"] == "/profile/security/mfa/"


def test_passkeys_stand_in_the_list_of_factors_where_they_are_renamed(client: Client, nora: User) -> None:
    enrol(client, Authenticator(aaguid=ICLOUD))
    assert "iCloud Keychain Passkey" in words(client.get("/profile/security/mfa/"))
    passkey = nora.passkeys.get()
    client.post(f"/profile/security/mfa/passkey/{passkey.pk}/name/", {"name": "My phone"})
    assert "My phone Passkey" in words(client.get("/profile/security/mfa/"))


def test_removing_the_last_one_takes_a_passkey_and_turns_it_off(client: Client, nora: User) -> None:
    device = enrol(client)
    address = f"/profile/security/mfa/passkey/{nora.passkeys.get().pk}/removal/"
    asked = client.post(address)
    assert "Confirm that it is you" in words(asked)
    carried = unescape(body(asked).partition('name="carried" value="')[2].partition('"')[0])
    answer = {"proof": "yes", "carried": carried, "kind": "passkey", "code": device.get(ask(client, FACTOR))}
    assert "Multi-factor authentication is off." in words(client.post(address, answer, follow=True))
    assert not nora.passkeys.exists()
    assert len(mails_to("nora@example.com", "factor-removed")) == 1


def test_the_only_way_in_stays(client: Client, nora: User) -> None:
    enrol(client)
    nora.set_unusable_password()
    nora.save()
    with pytest.raises(Refused, match="It is your only way to sign in"):
        remove_factor(user=nora, factor=nora.passkeys.get(), by=Actor.system())
    assert nora.passkeys.exists()


def test_the_browser_is_asked_for_a_key_that_can_be_found_without_a_name(client: Client, nora: User) -> None:
    device = enrol(client)
    options = ask(client, NEW)
    assert options["rp"] == {"id": "localhost", "name": "Console"}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    # A device that has one of hers is told so, and makes no second one.
    assert [known["id"] for known in options["excludeCredentials"]] == [encode(device.credential_id)]
    # What her devices know her by tells nobody who she is.
    assert nora.email not in options["user"]["id"]
    assert str(nora.pk) not in options["user"]["id"]


@pytest.mark.parametrize(
    "device",
    [
        pytest.param(Authenticator(origin="https://evil.example"), id="made on another site"),
        pytest.param(Authenticator(origin="http://localhost:8001"), id="made on another port"),
        pytest.param(Authenticator(rp_id="evil.example"), id="made for another site"),
        pytest.param(Authenticator(framed=True), id="made in a frame of another page"),
        pytest.param(Authenticator(credential_id=bytes(1024)), id="with a name longer than the rules allow"),
    ],
)
def test_what_was_not_made_here_is_refused(client: Client, nora: User, device: Authenticator) -> None:
    assert WRONG in refusal(client, device)
    denial = Event.objects.get(action="account.factor_added", outcome="denied")
    assert denial.after == {"code": "passkey"}


def test_an_answer_to_another_question_is_refused(client: Client, nora: User) -> None:
    device = Authenticator()
    old = device.create(ask(client, NEW))
    ask(client, NEW)
    assert WRONG in words(client.post(NEW, {"answer": old}))
    assert not nora.passkeys.exists()


def test_an_answer_counts_once(client: Client, nora: User) -> None:
    answer = Authenticator().create(ask(client, NEW))
    assert client.post(NEW, {"answer": answer}).status_code == 302
    assert "That took too long." in words(client.post(NEW, {"answer": answer}))
    assert nora.passkeys.count() == 1


def test_an_answer_after_five_minutes_is_too_late(client: Client, nora: User, time_machine: TimeMachineFixture) -> None:
    answer = Authenticator().create(ask(client, NEW))
    time_machine.move_to(timezone.now() + CHALLENGE_LASTS + SECOND)
    assert "That took too long." in words(client.post(NEW, {"answer": answer}))
    assert not nora.passkeys.exists()


def test_a_passkey_that_was_added_before_is_refused_also_by_another_account(client: Client, nora: User) -> None:
    device = enrol(client)
    assert "This passkey is in use already." in refusal(client, device)
    make_user("otto@example.com")
    other = Client()
    sign_in(other, "otto@example.com")
    assert "This passkey is in use already." in refusal(other, device)


def test_an_account_has_twenty_at_most(client: Client, nora: User) -> None:
    enrol(client)
    for _ in range(19):
        enrol(client)
    assert "You have 20 passkeys." in refusal(client, Authenticator())


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        "not JSON",
        "{" * 10_000,
        '{"rawId": 1}',
        '{"rawId": "é", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": null}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "bnVsbA"}}',
    ],
)
def test_what_no_browser_sends_is_refused(client: Client, nora: User, answer: str) -> None:
    ask(client, NEW)
    assert WRONG in words(client.post(NEW, {"answer": answer}))


def test_without_javascript_the_page_says_what_to_do(client: Client, nora: User) -> None:
    assert "Passkeys need JavaScript." in words(client.get(NEW))


def test_making_one_takes_a_fresh_proof(client: Client, nora: User, time_machine: TimeMachineFixture) -> None:
    answer = Authenticator().create(ask(client, NEW))
    time_machine.move_to(timezone.now() + PROOF_LASTS + SECOND)
    for response in (client.get(NEW), client.post(f"{NEW}challenge/"), client.post(NEW, {"answer": answer})):
        assert "Confirm that it is you" in words(response)
    assert not nora.passkeys.exists()


def test_a_passkey_that_was_removed_verifies_no_session(client: Client, nora: User) -> None:
    enrol(client)
    nora.passkeys.get().delete()
    client.get("/profile/security/")
    assert "otp_device_id" not in client.session
