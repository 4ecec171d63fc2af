"""What an ID token must say: who gave it, to whom, about whom, and until when (OpenID Connect Core 1.0, 3.1.3.7)."""

from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.test import Client

from tests.accounts.providing import continue_with, denials, leave
from tests.accounts.signing import is_signed_in
from tests.fixtures.providers import Elsewhere, Vendor, come_back_with_code

pytestmark = pytest.mark.django_db

NORA = "nora.new@example.com"
KEY = "not a key, for nobody looks at it"

WRONG: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"aud": "another-client"},
    {"aud": ["another-client", "a-third-one"]},
    {"exp": 1_000_000_000},
]


def says(monkeypatch: pytest.MonkeyPatch, **claims: Any) -> None:
    """Let the provider's ID tokens say this, and otherwise what they say."""
    decode = OpenIDConnectOAuth2Adapter._decode_id_token  # noqa: SLF001 -- what a provider sends passes here

    def decode_another(self: OpenIDConnectOAuth2Adapter, app: Any, token: str) -> Any:
        said = jwt.decode(token, options={"verify_signature": False})
        return decode(self, app, jwt.encode({**said, **claims}, KEY))

    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_decode_id_token", decode_another)


@pytest.mark.parametrize("wrong", [*WRONG, {"sub": "somebody-else"}, {"sub": ""}], ids=str)
def test_a_token_that_says_anything_else_opens_nothing(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    says(monkeypatch, **wrong)
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert denials() == ["failed"]


def test_one_that_says_what_it_must_does(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    """So what is refused above is refused for what it says."""
    says(monkeypatch, more="than is asked for")
    client = Client()
    continue_with(client, elsewhere, elsewhere.knows(NORA))
    assert is_signed_in(client)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_so_it_is_with_google(vendor: Vendor, wrong: dict[str, Any]) -> None:
    vendor.person = {"sub": "1001", "email": NORA, "email_verified": True, **wrong}
    client = Client()
    address = leave(client, "/accounts/google/login/")
    come_back_with_code(client, "/accounts/google/login/callback/", address)
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
