"""Of allauth's pages, those that are offered; each of them in our look."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import get_resolver

from tests.cast import Cast
from tests.fixtures.providers import Elsewhere

OFFERED = {
    "login/", "logout/", "inactive/", "signup/", "reauthenticate/", "confirm-email/", "password/change/",
    "password/set/", "password/reset/", "password/reset/done/", "password/reset/key/done/",
}  # fmt: skip


def offered_by_allauth() -> set[str]:
    """The addresses below /accounts/ that take no argument."""
    resolver = next(r for r in get_resolver().url_patterns if str(r.pattern) == "accounts/")
    allauth = next(r for r in resolver.url_patterns if hasattr(r, "url_patterns"))
    return {str(p.pattern) for p in allauth.url_patterns if "(" not in str(p.pattern)}


# Ways in by a provider, and what is left of allauth's pages for them: the profile links and unlinks.
OF_PROVIDERS = {
    "3rdparty/", "3rdparty/login/error/", "3rdparty/signup/", "google/login/", "google/login/callback/",
    "github/login/", "github/login/callback/",
    "oidc/<slug:provider_id>/login/", "oidc/<slug:provider_id>/login/callback/",
}  # fmt: skip


def offered_of_providers() -> set[str]:
    """The addresses below /accounts/ that begin as those of allauth's providers do."""
    resolver = next(r for r in get_resolver().url_patterns if str(r.pattern) == "accounts/")
    routes = {str(pattern.pattern) for pattern in resolver.url_patterns}
    return {route for route in routes if route.partition("/")[0] in {"3rdparty", "social", "google", "github", "oidc"}}


def test_of_providers_nothing_is_offered_that_nobody_looked_at() -> None:
    assert offered_of_providers() == OF_PROVIDERS


def test_every_page_of_providers_is_in_our_look(elsewhere: Elsewhere) -> None:
    for path in ("3rdparty/login/error/?provider=example", "3rdparty/signup/", "3rdparty/", "oidc/example/login/"):
        answer = Client().get(f"/accounts/{path}", follow=True)
        assert answer.status_code == 200, path
        assert 'href="/static/css/console.css"' in answer.text, path


def test_nothing_is_offered_that_nobody_looked_at() -> None:
    assert offered_by_allauth() - {"email/", "login/code/confirm/"} == OFFERED


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_page_is_in_our_look(cast: Cast, *, signed_in: bool) -> None:
    cast.mia.user.set_password("a long and odd passphrase")
    cast.mia.user.save()
    client = cast.mia.client if signed_in else Client()
    for path in OFFERED:
        answer = client.get(f"/accounts/{path}", follow=True)
        assert answer.status_code == 200, path
        assert 'href="/static/css/console.css"' in answer.text, path


def test_addresses_are_not_changed_on_allauths_page(cast: Cast) -> None:
    answer = cast.mia.client.post("/accounts/email/", {"action_add": "", "email": "else@example.com"})
    assert answer.headers["Location"] == "/profile/preferences/addresses/"
    assert not EmailAddress.objects.filter(email="else@example.com").exists()


def test_nobody_signs_in_by_a_mailed_code(cast: Cast) -> None:
    assert Client().get("/accounts/login/code/confirm/", follow=True).redirect_chain[-1][0] == "/accounts/login/"
