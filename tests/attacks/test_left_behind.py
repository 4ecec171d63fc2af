"""Attacks 5 and 11 by whoever was in for a moment, or reads a mailbox that somebody has left."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import complete_recoveries
from accounts.models import FactorGuard, Recovery, User
from tests.accounts.addressing import (
    CHOSEN,
    NEW,
    OLD,
    PAGE,
    THIRD,
    add_verified,
    carried_in,
    make_primary,
    remove,
    state,
    undo_link,
)
from tests.accounts.factors import answer, give_app, sign_in_with
from tests.accounts.passkeys import enrol, give_factor, sign_in_alone
from tests.accounts.providing import leave
from tests.accounts.signing import choose_password, is_signed_in, make_user, reset_link, sign_in
from tests.fixtures.providers import Vendor, come_back_with_code
from tests.reading import mails_to, main_words

pytestmark = pytest.mark.django_db

RECOVERY = "/accounts/login/recovery/"


@pytest.fixture
def vera() -> User:
    return make_user(OLD)


@pytest.fixture
def browser(vera: User) -> Client:
    client = Client()
    sign_in(client, OLD)
    return client


def reset(client: Client, email: str = OLD) -> None:
    client.post("/accounts/password/reset/", {"email": email})
    choose_password(client, reset_link(email), CHOSEN)


def move_away(browser: Client) -> None:
    for email in (NEW, THIRD):
        add_verified(browser, email)
    make_primary(browser, NEW)
    remove(browser, OLD)


def test_5_a_former_mailbox_that_removes_an_app_is_heard_of_everywhere(vera: User, settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "help@example.com"
    browser, thief = Client(), Client()
    sign_in_with(browser, vera, give_app(vera))
    move_away(browser)
    thief.post(undo_link())
    reset(thief)
    sign_in(thief, OLD, CHOSEN)
    thief.post(RECOVERY)
    for email in (NEW, THIRD):
        for kind in ("primary-address-restored", "recovery-asked"):
            [mail] = mails_to(email, kind)
            assert "Write to help@example.com at once." in mail.text
            assert "/accounts/recovery/" not in mail.text
    assert "/accounts/recovery/" in mails_to(OLD, "recovery-asked")[0].text


def test_5_a_former_mailbox_does_not_remove_the_last_passkey_at_once(vera: User, browser: Client) -> None:
    device, thief = enrol(browser), Client()
    move_away(browser)
    thief.post(undo_link())
    reset(thief)
    sign_in(thief, OLD, CHOSEN)
    assert not is_signed_in(thief)
    assert mails_to(NEW, "recovery-asked")
    sign_in_alone(browser, device)
    assert not is_signed_in(browser)
    # Another password does not end this one: its owner may be who chose it.
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        assert complete_recoveries() == 1
    assert not vera.passkeys.exists()
    assert state(vera) == {OLD: "primary"}


def test_5_a_passkey_left_behind_does_not_stop_the_owners_recovery(vera: User, browser: Client) -> None:
    device, owner = enrol(browser), Client()
    reset(owner)
    [mail] = mails_to(OLD, "password-changed")
    assert "this was added to your account: Passkey" in mail.text
    sign_in(owner, OLD, CHOSEN)
    owner.post(RECOVERY)
    sign_in_alone(Client(), device)
    give_factor(owner, device)
    assert Recovery.objects.get().is_waiting


def test_5_an_address_left_behind_is_named_when_the_password_is_reset(vera: User, browser: Client) -> None:
    add_verified(browser, NEW)
    reset(Client())
    [mail] = mails_to(OLD, "password-changed")
    assert f"These addresses can choose a new password, too: {NEW}." in mail.text


def test_11_a_pause_that_somebody_began_with_the_former_password_ends_with_it(vera: User) -> None:
    app = give_app(vera)
    stranger, owner = Client(), Client()
    sign_in(stranger, OLD)
    for _number in range(3):
        answer(stranger, app.wrong_code())
    reset(owner)
    assert FactorGuard.objects.get().failures == 3
    sign_in(owner, OLD, CHOSEN)
    answer(owner, app.code())
    assert is_signed_in(owner)


@pytest.mark.parametrize("name", ["github", "google"])
def test_17_a_provider_that_does_not_say_when_it_asked_proves_nothing(vendor: Vendor, name: str) -> None:
    vendor.person = {"id": 7, "sub": "7", "login": "vera", "email": OLD, "email_verified": True}
    vendor.emails = [{"email": OLD, "primary": True, "verified": True}]
    session = Client()
    come_back_with_code(session, f"/accounts/{name}/login/callback/", leave(session, f"/accounts/{name}/login/"))
    assert is_signed_in(session)
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        question = session.post(f"{PAGE}new/", {"email": NEW})
        assert "Choose one by mail first" in main_words(question)
        sealed = {"carried": carried_in(question), "address": f"{PAGE}new/"}
        assert session.post(f"/profile/security/proof/{name}/", sealed).status_code == 404
