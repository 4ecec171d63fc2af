"""Signing in with a code by text message beside an authenticator app or a passkey (text 002, section 2.4)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.factors.phones import BINDING
from accounts.models import Phone, User
from audit.models import Event
from outbox.models import TextMessage
from tests.accounts.factors import CHALLENGE, App, answer, give_app
from tests.accounts.phones import code_sent_to, give_phone, texts_to, wrong
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.reading import body, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def text_messages(clock: time_machine.Traveller, settings: Settings) -> None:
    """The clock stands, and text messages stay here."""
    settings.SMS_GATEWAY = "console"


@pytest.fixture
def dora(db: None) -> tuple[User, App]:
    """Dora, who has an app and a telephone, and signs in with a password."""
    user = make_user("dora@example.com")
    app = give_app(user)
    give_phone(user)
    return user, app


def ask_for_code(client: Client, user: User) -> None:
    sign_in(client, user.email)
    client.post(CHALLENGE, {"method": "phone"})


def test_one_signs_in_with_a_code_by_text_message(dora: tuple[User, App]) -> None:
    user, _app = dora
    client = Client()
    assert not texts_to()
    ask_for_code(client, user)
    assert not is_signed_in(client)
    answer(client, code_sent_to(), "phone")
    assert is_signed_in(client)
    assert Phone.objects.get().last_used_at is not None
    assert Event.objects.get(action="account.factor_verified").after == {"kind": "phone"}


def test_a_code_is_sent_only_when_it_is_asked_for(dora: tuple[User, App]) -> None:
    user, _app = dora
    client = Client()
    sign_in(client, user.email)
    page = client.get(CHALLENGE)
    assert "Text message" in words(page)
    assert not texts_to()


def test_a_code_counts_once_and_only_in_the_browser_that_asked_for_it(dora: tuple[User, App]) -> None:
    """ASVS 6.6.2: whoever is talked into telling a code has told it to a browser in which it opens nothing."""
    user, _app = dora
    first, second = Client(), Client()
    ask_for_code(first, user)
    code = code_sent_to()
    sign_in(second, user.email)
    answer(second, code, "phone")
    assert not is_signed_in(second)
    answer(first, code, "phone")
    assert is_signed_in(first)
    assert not Phone.objects.get().accept(code, first.session[BINDING])


def test_a_new_code_ends_the_former(dora: tuple[User, App], clock: time_machine.Traveller) -> None:
    user, _app = dora
    client = Client()
    ask_for_code(client, user)
    phone = Phone.objects.get()
    former = phone.digest
    clock.shift(timedelta(seconds=61))
    client.post(CHALLENGE, {"method": "phone"})
    phone.refresh_from_db()
    assert phone.digest != former


def test_asking_too_soon_says_so_and_still_takes_the_code(dora: tuple[User, App]) -> None:
    user, _app = dora
    client = Client()
    ask_for_code(client, user)
    page = client.post(CHALLENGE, {"method": "phone"})
    assert "We sent you a code a moment ago." in words(page)
    assert 'name="code"' in body(page)
    assert len(texts_to()) == 1
    answer(client, code_sent_to(), "phone")
    assert is_signed_in(client)


def test_a_code_of_ten_minutes_ago_does_not_count(dora: tuple[User, App], clock: time_machine.Traveller) -> None:
    user, _app = dora
    client = Client()
    ask_for_code(client, user)
    clock.shift(timedelta(minutes=10))
    answer(client, code_sent_to(), "phone")
    assert not is_signed_in(client)


def test_a_number_that_waits_to_be_confirmed_opens_nothing(dora: tuple[User, App]) -> None:
    user, _app = dora
    Phone.objects.update(confirmed=False)
    client = Client()
    ask_for_code(client, user)
    assert not texts_to()
    code, _until = Phone.objects.get().new_code("")
    answer(client, code, "phone")
    assert not is_signed_in(client)


def test_without_a_gateway_the_question_offers_no_codes(dora: tuple[User, App], settings: Settings) -> None:
    settings.SMS_GATEWAY = ""
    user, app = dora
    client = Client()
    ask_for_code(client, user)
    assert "Text message" not in words(client.get(CHALLENGE))
    answer(client, app.code())
    assert is_signed_in(client)


def test_guesses_are_slowed_down_like_those_of_any_factor(dora: tuple[User, App]) -> None:
    user, _app = dora
    client = Client()
    ask_for_code(client, user)
    code = code_sent_to()
    for _ in range(3):
        answer(client, wrong(code), "phone")
    page = answer(client, code, "phone")
    assert "Too many wrong answers." in words(page)
    assert not is_signed_in(client)


def test_old_codes_wait_for_nobody(dora: tuple[User, App], clock: time_machine.Traveller, settings: Settings) -> None:
    """While the gateway is down codes pile up: only the last one leaves."""
    settings.SMS_GATEWAY = "nobody.Knows"
    user, _app = dora
    client = Client()
    ask_for_code(client, user)
    clock.shift(timedelta(seconds=61))
    client.post(CHALLENGE, {"method": "phone"})
    states = list(TextMessage.objects.order_by("created_at").values_list("state", flat=True))
    assert states == ["withdrawn", "waiting"]
