"""What the environment says of providers, and what becomes of it."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from console.providers import authorization_origins, for_allauth

ENTRY = {
    "id": "example",
    "name": "Example",
    "issuer": "https://login.example.com/realms/staff/",
    "client_id": "console",
    "client_secret": "secret",
}


def test_of_google_and_github_both_id_and_secret_are_needed() -> None:
    assert for_allauth({"google": ("id", ""), "github": ("", "secret")}, []) == {}
    assert set(for_allauth({"google": ("id", "secret"), "github": ("", "")}, [])) == {"google"}


def test_an_openid_connect_provider_is_found_below_its_issuer() -> None:
    providers = for_allauth({}, [ENTRY])
    app = providers["openid_connect"]["APPS"][0]
    assert app["settings"]["server_url"] == "https://login.example.com/realms/staff"
    assert authorization_origins(providers) == ["https://login.example.com"]


def test_its_pages_may_be_at_other_hosts() -> None:
    elsewhere = {**ENTRY, "authorization_origins": ["https://sign-in.example.com/path", "https://sso.example.com:8443"]}
    assert authorization_origins(for_allauth({}, [elsewhere])) == [
        "https://sign-in.example.com",
        "https://sso.example.com:8443",
    ]


def test_pkce_is_on_everywhere() -> None:
    providers = for_allauth({"google": ("a", "b"), "github": ("a", "b")}, [ENTRY])
    assert all(configured["OAUTH_PKCE_ENABLED"] is True for configured in providers.values())


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ""},
        {"id": "google"},
        {"id": "With/Slash"},
        {"id": 7},
        {"name": " "},
        {"issuer": "http://login.example.com"},
        {"issuer": "http://login.example.com", "authorization_origins": ["https://login.example.com"]},
        {"issuer": "login.example.com"},
        {"client_secret": None},
        {"authorization_origins": ["http://login.example.com"]},
    ],
)
def test_an_entry_that_cannot_be_used_is_named_at_the_start(changed: dict[str, Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS"):
        for_allauth({}, [{**ENTRY, **changed}])


@pytest.mark.parametrize("wrong", [ENTRY, ["example"], "example", None, 7])
def test_what_is_no_list_of_entries_is_named_too(wrong: object) -> None:
    with pytest.raises(ImproperlyConfigured, match="no list of objects"):
        for_allauth({}, wrong)


def test_two_providers_have_two_ids() -> None:
    with pytest.raises(ImproperlyConfigured, match="same id"):
        for_allauth({}, [ENTRY, ENTRY])
