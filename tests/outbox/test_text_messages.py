"""Text messages leave once, in time, through the gateway that the settings name."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from console import celery
from console.logs import JsonFormatter
from console.refusal import Refused
from outbox import actions, health
from outbox.checks import check_gateway
from outbox.gateways import Gateway, NotSent, NotSentForGood
from outbox.leases import BACK_OFF
from outbox.models import TextMessage
from tests.cast import Person

pytestmark = pytest.mark.django_db

NUMBER = "+33612345678"
WORDS = "123456 is your code."


class Phones(Gateway):
    """A gateway whose messages one can read, and that has bad days."""

    sent: list[tuple[str, str]] = []
    failure: Exception | None = None

    def send(self, number: str, text: str) -> None:
        if self.failure:
            raise self.failure
        self.sent.append((number, text))


@pytest.fixture
def phones(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type[Phones]:
    settings.SMS_GATEWAY = f"{__name__}.Phones"
    monkeypatch.setattr(Phones, "sent", [])
    monkeypatch.setattr(Phones, "failure", None)
    return Phones


@pytest.fixture
def message(clock: time_machine.Traveller) -> TextMessage:
    """A code that waits, of use for ten minutes."""
    expires_at = timezone.now() + timedelta(minutes=10)
    return actions.enqueue(TextMessage(number=NUMBER, text=WORDS, kind="code", expires_at=expires_at))


def deliver(message: TextMessage) -> bool:
    sent = actions.deliver(message.pk, TextMessage)
    message.refresh_from_db()
    return sent


@pytest.mark.embedded
def test_a_text_message_is_sent_once_and_what_was_written_in_it_forgotten(
    message: TextMessage, phones: type[Phones]
) -> None:
    assert [deliver(message) for _ in range(3)] == [True, False, False]
    assert phones.sent == [(NUMBER, WORDS)]
    assert (message.state, message.sent_at, message.text) == ("sent", timezone.now(), "")


def test_a_worker_is_woken_up_for_it_once_the_change_is_committed(
    phones: type[Phones],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[tuple[str, ...]] = []
    monkeypatch.setattr(actions, "wake", lambda *arguments: woken.append(arguments))
    with django_capture_on_commit_callbacks(execute=True):
        waiting = actions.enqueue(TextMessage(number=NUMBER, text=WORDS, expires_at=timezone.now()))
    assert woken == [("outbox.deliver", str(waiting.pk), "textmessage")]


@pytest.mark.embedded
def test_the_embedded_gateway_keeps_what_was_written_for_the_mailbox(message: TextMessage, settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    assert deliver(message)
    assert message.text == WORDS


def test_a_gateway_that_is_down_is_tried_again_by_the_sweep(
    message: TextMessage, phones: type[Phones], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones.failure = NotSent("The text message gateway does not answer.")
    assert not deliver(message)
    assert (message.is_waiting, message.trouble) == (True, "The text message gateway does not answer.")
    phones.failure = None
    clock.shift(BACK_OFF[0])
    woken: list[tuple[str, ...]] = []
    monkeypatch.setattr(actions, "wake", lambda *arguments, expires: woken.append(arguments))
    assert actions.sweep() == 1
    assert woken == [("outbox.deliver", str(message.pk), "textmessage")]
    assert deliver(message)


def test_a_number_that_is_refused_for_good_ends_it(message: TextMessage, phones: type[Phones]) -> None:
    phones.failure = NotSentForGood("The text message gateway refused the number.", 21211)
    assert not deliver(message)
    assert (message.state, message.trouble) == ("failed", "The text message gateway refused the number.")


def test_a_code_that_expired_is_withdrawn_instead_of_sent(
    message: TextMessage, phones: type[Phones], clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=10, milliseconds=-1))
    phones.failure = NotSent()
    assert not deliver(message)
    phones.failure = None
    clock.shift(BACK_OFF[0])
    assert not deliver(message)
    assert not phones.sent
    assert (message.state, message.text) == ("withdrawn", "")


def test_a_failure_that_nobody_knows_names_nobody_neither_in_the_row_nor_in_the_log(
    message: TextMessage, phones: type[Phones], caplog: pytest.LogCaptureFixture
) -> None:
    phones.failure = RuntimeError(f"{NUMBER} said no to {WORDS}")
    assert not deliver(message)
    assert message.trouble == "The text message could not be sent."
    [ours] = [JsonFormatter().format(record) for record in caplog.records]
    assert "A text message could not be sent (RuntimeError)." in ours
    assert NUMBER not in ours
    assert WORDS not in ours


def test_text_messages_that_nobody_sends_are_told(message: TextMessage, clock: time_machine.Traveller) -> None:
    assert health.queue_age() == ""
    clock.shift(timedelta(minutes=5, seconds=1))
    assert health.queue_age()


@pytest.mark.embedded
def test_old_text_messages_are_forgotten(message: TextMessage, clock: time_machine.Traveller) -> None:
    TextMessage.objects.update(state="failed")
    clock.shift(timedelta(days=7, seconds=1))
    actions.prune()
    assert TextMessage.objects.get().is_wiped
    with pytest.raises(Refused, match="no longer kept"):
        actions.try_again(message)
    clock.shift(timedelta(days=83))
    actions.prune()
    assert not TextMessage.objects.exists()


@pytest.mark.embedded
def test_a_gateway_that_may_be_slow_keeps_no_page_waiting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the embedded engines, where there is no worker."""
    beside: list[tuple[object, ...]] = []
    tasks = {"outbox.deliver": SimpleNamespace(delay=lambda *_: None)}
    eager = SimpleNamespace(conf=SimpleNamespace(task_always_eager=True), tasks=tasks)
    monkeypatch.setattr(celery, "app", eager)
    monkeypatch.setattr(celery, "aside", SimpleNamespace(run=lambda *call: beside.append(call[1:])))
    for settings.SMS_GATEWAY in ("", "console", "twilio"):
        celery.wake("outbox.deliver", "01890000-0000-7000-8000-000000000000", "textmessage")
    assert beside == [("01890000-0000-7000-8000-000000000000", "textmessage")]


@pytest.mark.embedded
@pytest.mark.parametrize("number", ["", "0612345678", "+0612345678", "+33 6 12", "+33612345678901234"])
def test_the_database_takes_whole_numbers_only(number: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        TextMessage.objects.create(number=number, text=WORDS, expires_at=timezone.now())


def test_staff_see_whether_it_left_and_never_what_is_written_in_it(
    message: TextMessage, person: Callable[..., Person]
) -> None:
    staff = person("stella.staff@example.com", is_staff=True)
    staff.user.user_permissions.add(Permission.objects.get(codename="view_textmessage"))
    listing = "/admin/outbox/textmessage/"
    for address in (listing, f"{listing}{message.pk}/change/"):
        answer = staff.client.get(address)
        assert NUMBER in answer.text
        assert WORDS not in answer.text
    assert NUMBER in staff.client.get(listing, {"q": "612345"}).text
    assert NUMBER not in staff.client.get(listing, {"q": "123456 is"}).text
    assert staff.client.get(listing, {"text__startswith": "1"}).status_code == 400


@pytest.mark.embedded
@pytest.mark.urls("tests.outbox.urls")
def test_the_mailbox_shows_text_messages_where_they_stay(
    message: TextMessage, client: Client, settings: Settings
) -> None:
    settings.DEBUG, settings.SMS_GATEWAY = True, "console"
    page = client.get("/mailbox/").text
    assert WORDS in page
    assert NUMBER in page
    assert WORDS in client.get("/mailbox/", {"q": "6123"}).text
    assert "No mail found" in client.get("/mailbox/", {"q": "nobody"}).text
    settings.MAILERS = {**settings.MAILERS, "transport": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}
    assert WORDS in client.get("/mailbox/").text
    settings.SMS_GATEWAY = "twilio"
    assert client.get("/mailbox/").status_code == 404


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"SMS_GATEWAY": ""}, []),
        ({"SMS_GATEWAY": "console"}, ["outbox.W001"]),
        ({"SMS_GATEWAY": "pigeons.Pigeon"}, ["outbox.E001"]),
        ({"SMS_GATEWAY": "twilio"}, ["outbox.E002"]),
        (
            {
                "SMS_GATEWAY": "twilio",
                "TWILIO_ACCOUNT_SID": "AC1",
                "TWILIO_AUTH_TOKEN": "secret",
                "TWILIO_FROM": "+33600000000",
            },
            [],
        ),
    ],
)
def test_a_deployment_is_told_of_a_gateway_that_cannot_send(
    settings: Settings, chosen: dict[str, str], found: list[str]
) -> None:
    for name, value in chosen.items():
        setattr(settings, name, value)
    assert [message.id for message in check_gateway(None)] == found
