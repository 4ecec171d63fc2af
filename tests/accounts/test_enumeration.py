"""Attack 9: nobody can tell from the outside which addresses have an account."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outbox.backends import MailboxBackend
from outbox.models import Mail
from tests.accounts.signing import make_user, sign_in, sign_up
from tests.reading import without_tokens

pytestmark = pytest.mark.django_db

# As long as each other, so that nothing but the account differs.
VERIFIED, UNVERIFIED, UNKNOWN = "anna@example.com", "bert@example.com", "carl@example.com"


@pytest.fixture(autouse=True)
def accounts(db: None) -> Iterator[None]:
    # The clock stands, so that dates in headers do not differ.
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        make_user(VERIFIED)
        make_user(UNVERIFIED, verified=False)
        yield


def pages(client: Client, response: HttpResponseBase, email: str) -> str:
    """Everything that whoever asks sees: status, headers, page, and the page that it leads to; without the address."""
    seen = []
    for _ in range(4):
        headers = {
            name: value for name, value in response.headers.items() if name not in ("X-Request-ID", "Content-Length")
        }
        cookies = sorted(name for name in client.cookies)
        seen.append(f"{response.status_code} {headers} {cookies} {without_tokens(response)}")
        if response.status_code != 302:
            break
        response = client.get(response.headers["Location"])
    return "\n".join(seen).replace(email, "…").replace(email.replace("@", "%40"), "…")


def answer(kind: str, email: str) -> str:
    cache.clear()
    client = Client()
    if kind == "sign-up":
        response = sign_up(client, email)
    elif kind == "sign-in":
        response = sign_in(client, email, "wrong-harbour-71")
    else:
        response = client.post("/accounts/password/reset/", {"email": email})
    return pages(client, response, email)


@pytest.mark.parametrize("kind", ["sign-up", "sign-in", "reset"])
def test_known_and_unknown_addresses_get_the_same_answer(kind: str) -> None:
    known, unverified, unknown = (answer(kind, email) for email in (VERIFIED, UNVERIFIED, UNKNOWN))
    assert known == unknown
    assert unverified == unknown


@pytest.mark.parametrize("kind", ["sign-up", "reset"])
def test_each_of_them_gets_one_mail(kind: str) -> None:
    """One row for each, so that what is written takes as long; its owner learns what it is about."""
    for email in (VERIFIED, UNVERIFIED, UNKNOWN):
        answer(kind, email)
    expected = {
        "sign-up": {VERIFIED: "account-exists", UNVERIFIED: "account-exists", UNKNOWN: "verification"},
        "reset": {VERIFIED: "password-reset", UNVERIFIED: "password-reset", UNKNOWN: "unknown-account"},
    }[kind]
    assert dict(Mail.objects.values_list("to", "kind")) == expected
    assert Mail.objects.count() == 3


@pytest.mark.parametrize("kind", ["sign-up", "sign-in", "reset"])
def test_so_they_do_while_mail_is_down(
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager],
) -> None:
    """On the embedded engine a mail is sent before the page is answered: a failure must not show either."""

    def fail(_self: object, _messages: object) -> int:
        raise OSError("The mail server does not answer.")

    monkeypatch.setattr(MailboxBackend, "send_messages", fail)
    answers = []
    for email in (VERIFIED, UNVERIFIED, UNKNOWN):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(answer(kind, email))
    assert answers[0] == answers[1] == answers[2]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that are hashed: by far what takes longest, with the hasher that people get."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def note(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", note)
    return seen


@pytest.mark.parametrize("kind", ["sign-up", "sign-in", "reset"])
def test_as_many_passwords_are_hashed_for_each(kind: str, hashed: list[str]) -> None:
    counts = []
    for email in (VERIFIED, UNVERIFIED, UNKNOWN):
        hashed.clear()
        answer(kind, email)
        counts.append(len(hashed))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize("kind", ["sign-up", "sign-in", "reset"])
def test_as_many_queries_are_made_for_each(kind: str) -> None:
    """Signing up with a known address makes an account, too, and takes it back."""
    counts = []
    for email in (VERIFIED, UNVERIFIED, UNKNOWN):
        with CaptureQueriesContext(connection) as captured:
            answer(kind, email)
        counts.append(len(captured.captured_queries))
    assert len(set(counts)) == 1, counts


def test_a_wrong_password_of_somebody_unverified_says_no_more() -> None:
    """Only the right password leads to the page that asks to verify."""
    assert answer("sign-in", UNVERIFIED) == answer("sign-in", UNKNOWN)


def test_a_locked_account_answers_as_an_unknown_one_to_a_wrong_password() -> None:
    locked = make_user("dora@example.com")
    locked.is_active = False
    locked.save()
    for kind in ("sign-in", "sign-up", "reset"):
        assert answer(kind, "dora@example.com") == answer(kind, "earl@example.com")
