"""Attacks 5, 13 and 34 on what came with the profile: links to take back, text messages, addresses."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import AddressChange
from audit.models import Event
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
)
from tests.accounts.factors import CHALLENGE, answer, give_app, sign_in_with
from tests.accounts.passkeys import enrol
from tests.accounts.phones import give_phone, texts_to
from tests.accounts.signing import choose_password, make_user, reset_link, sign_in
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db


def test_5_leave_a_link_behind_by_moving_the_account_twice_and_back() -> None:
    """The link would have given the account to the second mailbox, after its owner had shut everybody out."""
    vera, mallory = make_user(OLD), Client()
    sign_in(mallory, OLD)
    for email in (NEW, THIRD):
        add_verified(mallory, email)
    for email in (NEW, THIRD, OLD):
        make_primary(mallory, email)
    for email in (NEW, THIRD):
        remove(mallory, email)
    Client().post("/accounts/password/reset/", {"email": OLD})
    choose_password(Client(), reset_link(OLD), CHOSEN)
    assert state(vera) == {OLD: "primary"}
    for email in (NEW, THIRD):
        assert mails_to(email, "primary-address-undo") == []
    assert list(AddressChange.objects.values_list("before", flat=True)) == [OLD]


def test_5_the_owner_can_still_take_back_each_move_away_from_the_own_address() -> None:
    vera, browser = make_user(OLD), Client()
    sign_in(browser, OLD)
    add_verified(browser, NEW)
    for email in (NEW, OLD, NEW):
        make_primary(browser, email)
    assert list(AddressChange.objects.filter(user=vera).values_list("before", flat=True)) == [OLD, OLD]


def test_13_use_up_somebodys_text_messages_by_adding_their_number(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    vera, mallory = make_user(OLD), make_user("mallory@example.com")
    give_app(vera)
    give_phone(vera)
    attacker = Client()
    sign_in_with(attacker, mallory, give_app(mallory))
    now = datetime.now(UTC)
    pages = []
    for minute in range(6):
        with time_machine.travel(now + timedelta(minutes=minute, seconds=minute), tick=False):
            typed = {"phone_country": "FR", "phone": "06 12 34 56 78"}
            pages.append(words(attacker.post("/profile/security/mfa/phone/new/", typed)))
    assert "There were too many codes." in pages[-1]
    sent = len(texts_to())
    with time_machine.travel(now + timedelta(minutes=7), tick=False):
        browser = Client()
        sign_in(browser, OLD)
        browser.post(CHALLENGE, {"method": "phone"})
    assert len(texts_to()) == sent + 1


def test_13_send_junk_in_place_of_a_passkey_until_codes_are_paused() -> None:
    """By a session that lies open, without password and factor."""
    vera, session = make_user(OLD), Client()
    sign_in(session, OLD)
    enrol(session)
    app, later = give_app(vera), datetime.now(UTC) + timedelta(hours=1)
    with time_machine.travel(later, tick=True):
        for _number in range(5):
            question = session.post(f"{PAGE}new/", {"email": NEW})
            session.post(f"{CHALLENGE}challenge/")
            session.post(
                f"{PAGE}new/", {"proof": "1", "carried": carried_in(question), "kind": "passkey", "code": "{}"}
            )
        browser = Client()
        sign_in(browser, OLD)
        assert answer(browser, app.code()).status_code == 302
    assert Event.objects.filter(action="account.factor_verified", outcome="denied").count() == 5


@pytest.mark.parametrize("action", ["new", "verification", "primary", "removal"])
def test_34_name_an_address_that_the_database_cannot_hold(action: str) -> None:
    make_user(OLD)
    browser = Client()
    sign_in(browser, OLD)
    assert browser.post(f"{PAGE}{action}/", {"email": "a\x00b@example.com"}).status_code in {200, 302}
