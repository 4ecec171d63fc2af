"""A recovery that somebody asks for who is in without having been asked for a second factor, and is asked now."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import Recovery, User
from tests.accounts.factors import App, proof_on, sign_in_with
from tests.accounts.signing import PASSWORD, make_user, sign_in
from tests.reading import body, links, main_words, words

pytestmark = pytest.mark.django_db

INSIDE = "/profile/security/mfa/recovery/"


def ask_inside(client: Client) -> HttpResponseBase:
    """Ask for a recovery where one is signed in, and give the password there."""
    return client.post(INSIDE, {**proof_on(client.post(INSIDE), ""), "password": PASSWORD}, follow=True)


def test_a_trusted_browser_asks_from_the_page_that_asks_for_a_factor(client: Client, theo: User, app: App) -> None:
    sign_in_with(client, theo, app, trust="yes")
    client.post("/accounts/logout/")
    sign_in(client, theo.email)
    asked = client.get("/profile/security/mfa/authenticator/new/")
    [page] = [link for link in links(asked) if link.endswith("/recovery/")]
    assert page == INSIDE
    assert "The request is waiting until" in main_words(ask_inside(client))
    assert Recovery.objects.get().user == theo


def test_it_takes_the_password_however_fresh_the_last_proof_is(client: Client, theo: User, app: App) -> None:
    """A browser that was left open is not the first factor (ASVS 6.4.4)."""
    sign_in_with(client, theo, app)
    asked = client.post(INSIDE)
    assert "Confirm that it is you" in words(asked)
    assert 'type="password"' in body(asked)
    wrong = client.post(INSIDE, {**proof_on(asked, ""), "password": "wrong"})
    assert "Confirm that it is you" in words(wrong)
    answered_with_factor = client.post(INSIDE, proof_on(asked, app.code(1)))
    assert "Confirm that it is you" in words(answered_with_factor)
    assert not Recovery.objects.exists()


def test_the_password_proves_nothing_else(client: Client, theo: User, app: App) -> None:
    sign_in_with(client, theo, app)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        ask_inside(client)
        assert "Confirm that it is you" in words(client.get("/profile/security/mfa/authenticator/new/"))


def test_who_has_no_factor_has_nothing_to_recover(client: Client) -> None:
    sam = make_user("sam.stranger@example.com")
    sign_in(client, sam.email)
    said = words(ask_inside(client))
    assert "This account has no second factor." in said
    assert not Recovery.objects.exists()
