"""Google and GitHub: what their answers make of an account."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.providing import leave
from tests.accounts.signing import is_signed_in, make_user
from tests.fixtures.providers import Vendor, come_back_with_code
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"


def continue_with(client: Client, vendor: str) -> Any:
    address = leave(client, f"/accounts/{vendor}/login/")
    return come_back_with_code(client, f"/accounts/{vendor}/login/callback/", address)


def test_both_have_a_button_and_may_be_gone_to(vendor: Vendor) -> None:
    page = Client().get("/accounts/login/")
    assert "Continue with Google" in words(page)
    assert "Continue with GitHub" in words(page)
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://accounts.google.com https://github.com" in policy.replace(
        "https://github.com https://accounts.google.com", "https://accounts.google.com https://github.com"
    )


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("google", "https://accounts.google.com/o/oauth2/v2/auth"),
        ("github", "https://github.com/login/oauth/authorize"),
    ],
)
def test_one_is_sent_to_their_page_with_a_state_and_a_challenge(vendor: Vendor, name: str, page: str) -> None:
    address = urlsplit(leave(Client(), f"/accounts/{name}/login/"))
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == page
    assert query["redirect_uri"] == [f"http://testserver/accounts/{name}/login/callback/"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 16


def test_a_google_account_signs_up(vendor: Vendor) -> None:
    vendor.person = {"sub": "1001", "email": NORA, "email_verified": True, "given_name": "Nora", "family_name": "New"}
    client = Client()
    continue_with(client, "google")
    assert is_signed_in(client)
    assert User.objects.get(email=NORA).name == "Nora New"


def test_a_google_address_that_is_not_verified_is_verified_by_mail(vendor: Vendor) -> None:
    vendor.person = {"sub": "1001", "email": NORA, "email_verified": False}
    client = Client()
    continue_with(client, "google")
    assert not is_signed_in(client)
    assert [mail.kind for mail in mails_to(NORA)] == ["verification"]


def test_of_githubs_addresses_the_verified_primary_one_counts(vendor: Vendor) -> None:
    make_user("olga@example.com")
    vendor.person = {"id": 7, "login": "nora", "name": "Nora New", "email": "shown@example.com"}
    vendor.emails = [
        {"email": "olga@example.com", "primary": False, "verified": True},
        {"email": NORA, "primary": True, "verified": True},
        {"email": "old@example.com", "primary": False, "verified": False},
    ]
    client = Client()
    continue_with(client, "github")
    assert is_signed_in(client)
    nora = User.objects.get(email=NORA)
    assert list(nora.verified_addresses()) == [NORA]
    assert EmailAddress.objects.filter(user=nora).count() == 1


def test_the_name_there_is_shown_here(vendor: Vendor) -> None:
    vendor.person = {"id": 7, "login": "nora", "name": "Nora New"}
    vendor.emails = [{"email": NORA, "primary": True, "verified": True}]
    client = Client()
    continue_with(client, "github")
    assert "GitHub nora Linked" in words(client.get("/profile/security/"))


def test_who_takes_a_name_at_github_that_somebody_gave_up_is_somebody_else(vendor: Vendor) -> None:
    """ATTACKS 7."""
    vendor.person, vendor.emails = {"id": 7, "login": "nora"}, [{"email": NORA, "primary": True, "verified": True}]
    continue_with(Client(), "github")
    vendor.person = {"id": 8, "login": "nora"}
    vendor.emails = [{"email": "eve@example.com", "primary": True, "verified": True}]
    eve = Client()
    continue_with(eve, "github")
    assert eve.session["_auth_user_id"] != str(User.objects.get(email=NORA).pk)


@pytest.mark.parametrize(
    "person", [{}, {"id": None, "sub": None}, {"sub": 7}, {"sub": "x" * 500}, {"sub": ""}, {"email": NORA}]
)
@pytest.mark.parametrize("name", ["google", "github"])
def test_an_answer_that_makes_no_sense_is_one_page(vendor: Vendor, name: str, person: dict[str, Any]) -> None:
    vendor.person = person
    client = Client()
    page = client.get(continue_with(client, name).headers["Location"], follow=True)
    if person.get("id", ...) is None and name == "github":
        # GitHub's ids are numbers; none is no name either.
        assert not is_signed_in(client)
        return
    assert f"That did not work with {'Google' if name == 'google' else 'GitHub'}" in words(page)
    assert not is_signed_in(client)
