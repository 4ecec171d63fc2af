"""Adding and removing the number that codes are sent to, and how often they are (text 002, section 2.4)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Phone, User
from accounts.proof import PROVEN_AT
from audit.models import Event
from outbox.models import TextMessage
from tests.accounts.factors import App, proof_on, prove_factor
from tests.accounts.phones import NUMBER, code_sent_to, give_phone, texts_to, wrong
from tests.cast import Cast, Person
from tests.reading import body, error_at, links, mails_to, main_words, words

pytestmark = pytest.mark.django_db

NEW = "/profile/security/mfa/phone/new/"
CONFIRMATION = "/profile/security/mfa/phone/confirmation/"
AGAIN = "/profile/security/mfa/phone/code/"
MFA = "/profile/security/mfa/"
TYPED = {"phone_country": "FR", "phone": "06 12 34 56 78"}


@pytest.fixture(autouse=True)
def text_messages(clock: time_machine.Traveller, settings: Settings) -> None:
    """The clock stands, and text messages stay here."""
    settings.SMS_GATEWAY = "console"


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
