"""Codes by text message: a backup beside an authenticator app or a passkey (issue 3, *MFA*; text 002, section 2.4)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Phone, User
from accounts.phones import BINDING
from accounts.proof import PROVEN_AT
from audit.models import Event
from outbox.models import TextMessage
from tests.accounts.factors import CHALLENGE, App, answer, give_app, proof_on, prove_factor
from tests.accounts.phones import NUMBER, code_sent_to, give_phone, texts_to, wrong
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.cast import Cast, Person
from tests.races.together import together
from tests.reading import body, error_at, links, mails_to, main_words, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

NEW = "/profile/security/mfa/phone/new/"
CONFIRMATION = "/profile/security/mfa/phone/confirmation/"
AGAIN = "/profile/security/mfa/phone/code/"
MFA = "/profile/security/mfa/"
TYPED = {"phone_country": "FR", "phone": "06 12 34 56 78"}


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[time_machine.Traveller]:
    """The clock stands, and text messages stay here."""
    settings.SMS_GATEWAY = "console"
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def sam(cast: Cast) -> Person:
    """Sam, signed in with an authenticator app proven a moment ago."""
    prove(cast.sam)
    return cast.sam


def prove(person: Person) -> App:
    """Let the person have signed in with an app a moment ago."""
    app = prove_factor(person.client, person.user)
    note_proof(person)
    return app


def note_proof(person: Person) -> None:
    session = person.client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()


def enrol(person: Person) -> None:
    person.client.post(NEW, TYPED)
    person.client.post(CONFIRMATION, {"code": code_sent_to()})


# Adding a number


def test_a_number_counts_once_the_code_that_was_sent_to_it_is_given(sam: Person) -> None:
    sent = sam.client.post(NEW, TYPED)
    assert sent.headers["Location"] == CONFIRMATION
    assert NUMBER in main_words(sam.client.get(CONFIRMATION))
    assert not Phone.objects.filter(confirmed=True).exists()
    done = sam.client.post(CONFIRMATION, {"code": code_sent_to()}, follow=True)
    assert "Codes can be sent to your telephone now." in words(done)
    phone = Phone.objects.get()
    assert (phone.user, phone.number, phone.confirmed, phone.digest) == (sam.user, NUMBER, True, "")
    assert phone.name == "+33 •••• 78"
    assert "+33 •••• 78" in main_words(sam.client.get(MFA))
    [mail] = mails_to(sam.user.email, "factor-added")
    assert "Text message" in mail.text
    event = Event.objects.get(action="account.factor_added", outcome="done", target_id=phone.pk)
    assert event.after == {"kind": "phone"}
    assert NUMBER not in str(event.after)


def test_the_message_says_what_the_code_is_for_and_where_it_belongs(sam: Person, settings: Settings) -> None:
    settings.SITE_URL = "https://console.example.com"
    sam.client.post(NEW, TYPED)
    [text] = texts_to()
    code = code_sent_to()
    assert text.startswith(f"{code} is your code for Console. It works for 10 minutes.")
    assert text.endswith(f"@console.example.com #{code}")
    assert len(text) <= 160


def test_the_message_is_in_the_language_of_its_reader(sam: Person) -> None:
    User.objects.filter(pk=sam.user.pk).update(language="fr")
    sam.client.post(NEW, TYPED)
    message = TextMessage.objects.get()
    assert (message.kind, message.account_id) == ("sign-in-code", sam.user.pk)


def test_the_page_says_that_this_is_the_weakest_way(sam: Person) -> None:
    page = main_words(sam.client.get(NEW))
    assert "Text messages are the weakest second factor" in page


def test_a_code_is_kept_as_a_keyed_digest_only(sam: Person) -> None:
    sam.client.post(NEW, TYPED)
    phone = Phone.objects.get()
    assert len(phone.digest) == 64
    assert code_sent_to() not in f"{phone.digest} {phone.name}"
    assert code_sent_to() not in str(list(Event.objects.values("before", "after", "detail__texts", "detail__target")))


def test_without_an_app_or_a_passkey_there_is_no_number_to_add(cast: Cast) -> None:
    note_proof(cast.sam)
    assert NEW not in links(cast.sam.client.get(MFA))
    assert cast.sam.client.get(NEW).headers["Location"] == MFA
    cast.sam.client.post(NEW, TYPED)
    assert not TextMessage.objects.exists()


def test_without_a_gateway_nobody_is_offered_codes(sam: Person, settings: Settings) -> None:
    assert NEW in links(sam.client.get(MFA))
    settings.SMS_GATEWAY = ""
    assert NEW not in links(sam.client.get(MFA))
    assert sam.client.get(NEW).status_code == 404
    assert sam.client.post(NEW, TYPED).status_code == 404


def test_adding_a_number_asks_who_one_is(sam: Person, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=11))
    assert "Confirm that it is you" in words(sam.client.post(NEW, TYPED))
    assert not TextMessage.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone_country": "FR", "phone": ""}, "phone"),
        ({"phone_country": "FR", "phone": "12"}, "phone"),
        ({"phone_country": "", "phone": "06 12 34 56 78"}, "phone_country"),
        # A land line, a premium number, one that is free to call.
        ({"phone_country": "FR", "phone": "01 42 68 53 00"}, "phone"),
        ({"phone_country": "FR", "phone": "08 99 70 01 23"}, "phone"),
        ({"phone_country": "FR", "phone": "08 00 00 12 34"}, "phone"),
    ],
)
def test_a_number_that_messages_do_not_reach_is_an_error_at_its_field(
    sam: Person, typed: dict[str, str], field: str
) -> None:
    page = sam.client.post(NEW, typed)
    assert error_at(page, field)
    assert not TextMessage.objects.exists()


def test_only_countries_that_are_served_get_codes(sam: Person, settings: Settings) -> None:
    settings.SMS_COUNTRIES = ["BE", "CH"]
    page = body(sam.client.get(NEW))
    assert 'value="BE"' in page
    assert 'value="FR"' not in page
    refused = sam.client.post(NEW, {"phone_country": "BE", "phone": NUMBER})
    assert error_at(refused, "phone") == "We do not send codes to this country."
    assert not TextMessage.objects.exists()
    sam.client.post(NEW, {"phone_country": "BE", "phone": "0470 12 34 56"})
    assert TextMessage.objects.get().number == "+32470123456"


def test_a_wrong_code_adds_nothing_and_five_of_them_end_the_right_one(sam: Person) -> None:
    sam.client.post(NEW, TYPED)
    code = code_sent_to()
    for _ in range(5):
        assert error_at(sam.client.post(CONFIRMATION, {"code": wrong(code)}), "code")
    assert error_at(sam.client.post(CONFIRMATION, {"code": code}), "code")
    assert not Phone.objects.filter(confirmed=True).exists()
    assert Event.objects.filter(action="account.factor_added", outcome="denied").count() == 6


def test_a_code_counts_for_ten_minutes(sam: Person, clock: time_machine.Traveller) -> None:
    sam.client.post(NEW, TYPED)
    code = code_sent_to()
    clock.shift(timedelta(minutes=10))
    prove(sam)
    assert error_at(sam.client.post(CONFIRMATION, {"code": code}), "code")
    assert not Phone.objects.get().confirmed


def test_a_code_may_be_typed_with_spaces(sam: Person) -> None:
    sam.client.post(NEW, TYPED)
    code = code_sent_to()
    sam.client.post(CONFIRMATION, {"code": f" {code[:3]} {code[3:]} "})
    assert Phone.objects.get().confirmed


def test_another_number_takes_the_place_of_one_that_waits(sam: Person, clock: time_machine.Traveller) -> None:
    sam.client.post(NEW, TYPED)
    old = code_sent_to()
    clock.shift(timedelta(seconds=61))
    sam.client.post(NEW, {"phone_country": "FR", "phone": "06 99 99 99 99"})
    assert error_at(sam.client.post(CONFIRMATION, {"code": old}), "code")
    sam.client.post(CONFIRMATION, {"code": code_sent_to("+33699999999")})
    assert Phone.objects.get().number == "+33699999999"


def test_there_is_one_number(sam: Person, clock: time_machine.Traveller) -> None:
    enrol(sam)
    clock.shift(timedelta(seconds=61))
    page = sam.client.post(NEW, {"phone_country": "FR", "phone": "06 99 99 99 99"})
    assert "You have a telephone number. Remove it before you add another." in words(page)
    assert TextMessage.objects.count() == 1


def test_without_a_number_there_is_nothing_to_confirm(sam: Person) -> None:
    assert sam.client.get(CONFIRMATION).headers["Location"] == MFA
    sam.client.post(AGAIN)
    assert not TextMessage.objects.exists()


# How often


def test_another_code_may_be_asked_for_after_a_minute(sam: Person, clock: time_machine.Traveller) -> None:
    sam.client.post(NEW, TYPED)
    page = sam.client.post(AGAIN, follow=True)
    assert "You can ask for another in 60 seconds." in words(page)
    first = code_sent_to()
    clock.shift(timedelta(seconds=60))
    assert "A new code is on its way." in words(sam.client.post(AGAIN, follow=True))
    assert len(texts_to()) == 2
    if first != code_sent_to():
        assert error_at(sam.client.post(CONFIRMATION, {"code": first}), "code")


def test_five_codes_an_hour_are_all_that_an_account_gets_even_after_the_cache_was_emptied(
    sam: Person, clock: time_machine.Traveller
) -> None:
    sam.client.post(NEW, TYPED)
    for _ in range(9):
        clock.shift(timedelta(seconds=61))
        cache.clear()
        sam.client.post(AGAIN)
    assert TextMessage.objects.count() == 5
    page = sam.client.post(AGAIN, follow=True)
    assert "There were too many codes." in words(page)
    clock.shift(timedelta(hours=1))
    prove(sam)
    sam.client.post(AGAIN)
    assert TextMessage.objects.count() >= 5


def test_five_codes_an_hour_are_all_that_a_number_gets_whoever_asks(cast: Cast, clock: time_machine.Traveller) -> None:
    for person in (cast.sam, cast.rita, cast.olivia, cast.adam, cast.bella, cast.theo, cast.mia):
        prove(person)
        person.client.post(NEW, TYPED)
        clock.shift(timedelta(seconds=61))
    assert len(texts_to()) == 5


def test_a_network_gets_a_bounded_number_of_codes(cast: Cast, clock: time_machine.Traveller) -> None:
    for number, person in enumerate((cast.sam, cast.rita, cast.olivia, cast.adam, cast.bella)):
        prove(person)
        for again in range(5):
            person.client.post(NEW, {"phone_country": "FR", "phone": f"06 00 00 0{number} 0{again}"})
            clock.shift(timedelta(seconds=61))
    assert TextMessage.objects.count() == 20


# Signing in


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


# Removing


def test_the_number_goes_with_the_last_factor_that_counts_by_itself(cast: Cast) -> None:
    app = prove(cast.sam)
    enrol(cast.sam)
    removal = f"{MFA}authenticator/{app.device.pk}/removal/"
    asked = cast.sam.client.post(removal)
    cast.sam.client.post(removal, proof_on(asked, app.code()))
    assert not Phone.objects.exists()


def test_a_number_is_removed_with_a_proof_and_its_person_is_told(cast: Cast) -> None:
    app = prove(cast.sam)
    enrol(cast.sam)
    removal = f"{MFA}phone/{Phone.objects.get().pk}/removal/"
    asked = cast.sam.client.post(removal)
    assert Phone.objects.exists()
    cast.sam.client.post(removal, proof_on(asked, app.code()))
    assert not Phone.objects.exists()
    assert mails_to(cast.sam.user.email, "factor-removed")


def test_nobody_removes_the_number_of_somebody_else(cast: Cast) -> None:
    prove(cast.sam)
    phone = give_phone(cast.rita.user)
    assert cast.sam.client.get(f"{MFA}phone/{phone.pk}/removal/").status_code == 404


# Races


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_code_counts_once_in_each_of_a_hundred_rounds() -> None:
    """Issue 3, *Show*: our devices stand 10 threads with one code, 100 rounds, on PostgreSQL."""
    user = make_user("erin@example.com")
    phone = give_phone(user)
    at_once = threading.Barrier(10, timeout=20)

    def leave(_number: int) -> None:
        at_once.wait()
        connection.close()

    def take(code: str) -> bool:
        own = Phone.objects.get(pk=phone.pk)
        at_once.wait()
        return own.accept(code, "here")

    # One connection a thread, which ends with it.
    with ThreadPoolExecutor(10) as threads:
        for _ in range(100):
            code, _until = phone.new_code("here")
            assert sum(threads.map(take, [code] * 10)) == 1
        list(threads.map(leave, range(10)))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_ten_sign_ins_at_once_with_one_code_one_is_signed_in(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    user = make_user("erin@example.com")
    give_app(user)
    phone = give_phone(user)
    clients = [Client(raise_request_exception=False) for _ in range(10)]
    for client in clients:
        sign_in(client, user.email)
        session = client.session
        session[BINDING] = "here"
        session.save()
    cache.clear()
    code, _until = phone.new_code("here")
    together(*[partial(answer, client, code, "phone") for client in clients])
    assert sum(is_signed_in(client) for client in clients) == 1
