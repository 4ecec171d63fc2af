"""Attack 9: nobody can tell from the outside which addresses have an account."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outbox.models import Mail
from tests.accounts.signing import make_user, sign_in, sign_up
from tests.reading import without_tokens

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

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


@pytest.mark.parametrize(("kind", "apart"), [("sign-in", 1), ("reset", 2)])
def test_about_as_many_queries_are_made_for_each(kind: str, apart: int) -> None:
    """Signing up really makes an account for one of them, and cannot be as short; here nothing is made."""
    counts = []
    for email in (VERIFIED, UNVERIFIED, UNKNOWN):
        with CaptureQueriesContext(connection) as captured:
            answer(kind, email)
        counts.append(len(captured.captured_queries))
    assert max(counts) - min(counts) <= apart, counts


def test_a_wrong_password_of_somebody_unverified_says_no_more() -> None:
    """Only the right password leads to the page that asks to verify."""
    assert answer("sign-in", UNVERIFIED) == answer("sign-in", UNKNOWN)


def test_a_locked_account_answers_as_an_unknown_one_to_a_wrong_password() -> None:
    locked = make_user("dora@example.com")
    locked.is_active = False
    locked.save()
    for kind in ("sign-in", "sign-up", "reset"):
        assert answer(kind, "dora@example.com") == answer(kind, "earl@example.com")
