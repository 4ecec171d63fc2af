"""Calls to the company's programs: signed, in order, again until they are taken, and given up in the end."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from console import outbound
from console.refusal import Refused
from outbox.actions import prune, sweep, try_again
from outbox.health import queue_age
from outbox.models import Endpoint, Webhook
from outbox.signals import given_up, taken
from tests.fixtures.receiver import Receiver
from tests.outbox.calling import SECRET, as_it_is, is_signed, make_endpoint, send, write

pytestmark = pytest.mark.django_db

OTHER_SECRET = "whsec_" + "c2Vjb25k" * 4


@pytest.fixture
def endpoint(receiver: Receiver, clock: time_machine.Traveller) -> Endpoint:
    return make_endpoint(receiver.url)


@pytest.fixture
def told() -> Iterator[list[tuple[str, Webhook, Any]]]:
    """What the apps above were told."""
    heard: list[tuple[str, Webhook, Any]] = []

    def hear_taken(webhook: Webhook, **_: Any) -> None:
        heard.append(("taken", webhook, None))

    def hear_given_up(webhook: Webhook, *, for_good: bool, **_: Any) -> None:
        heard.append(("given up", webhook, for_good))

    taken.connect(hear_taken)
    given_up.connect(hear_given_up)
    yield heard
    taken.disconnect(hear_taken)
    given_up.disconnect(hear_given_up)


def try_for(webhook: Webhook, clock: time_machine.Traveller, duration: timedelta) -> None:
    """Let that much time pass, with a worker at it every ten seconds, or a minute later on."""
    begun = timezone.now()
    while timezone.now() - begun < duration and as_it_is(webhook).is_waiting:
        clock.shift(timedelta(seconds=10) if timezone.now() - begun < timedelta(minutes=5) else timedelta(minutes=10))
        send(webhook)


def test_a_call_is_signed_and_forgotten_once_it_is_taken(
    endpoint: Endpoint, receiver: Receiver, told: list[Any]
) -> None:
    webhook = write(endpoint, said="é")
    assert send(webhook)
    assert not send(webhook)
    [got] = receiver.got
    assert got.headers["webhook-id"] == str(webhook.pk)
    assert got.headers["content-type"] == "application/json"
    assert got.said == {"type": "service.create", "said": "é"}
    assert is_signed(got, SECRET)
    row = as_it_is(webhook)
    assert (row.state, row.status, row.body) == ("sent", 204, "")
    assert told == [("taken", webhook, None)]


def test_while_the_secret_changes_both_sign(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller
) -> None:
    first, second, third = (write(endpoint, subject=uuid4()) for _time in range(3))
    send(first)
    # Rotated between two calls that were written before.
    endpoint.set_secret(OTHER_SECRET)
    endpoint.save()
    send(second)
    clock.shift(timedelta(hours=25))
    send(third)
    found = [(is_signed(got, SECRET), is_signed(got, OTHER_SECRET)) for got in receiver.got]
    assert found == [(True, False), (True, True), (False, True)]


def test_what_is_not_taken_is_tried_again_and_the_status_is_kept(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, told: list[Any]
) -> None:
    # A way into the private network, which nobody goes.
    receiver.location = "http://169.254.169.254/latest/"
    calls = {}
    for status, sentence in {
        500: "The receiver has a problem of its own.",
        404: "The receiver knows nothing of this address.",
        401: "The receiver does not accept our signature.",
        409: "The receiver has refused what we send.",
        302: "The receiver sends us on to another address, which we do not follow.",
        999: "The receiver's answer is not HTTP.",
    }.items():
        receiver.status = status
        calls[status] = webhook = write(endpoint, subject=uuid4())
        Endpoint.objects.update(resting_until=None)
        assert not send(webhook)
        row = as_it_is(webhook)
        assert (row.state, row.status, row.last_error) == ("waiting", status, sentence)
    assert told == []
    receiver.status = 200
    assert not any(map(send, calls.values()))
    clock.shift(timedelta(seconds=6))
    Endpoint.objects.update(resting_until=None)
    assert all(map(send, calls.values()))
    assert [got.headers["webhook-id"] for got in receiver.got] == [str(call.pk) for call in calls.values()]
    assert [as_it_is(call).attempts for call in calls.values()] == [2] * 6


@pytest.mark.parametrize("status", [410, 422])
def test_what_is_refused_for_good_is_given_up_and_can_be_tried_again_by_staff(
    endpoint: Endpoint, receiver: Receiver, told: list[Any], status: int
) -> None:
    webhook = write(endpoint)
    receiver.status = status
    assert not send(webhook)
    assert (as_it_is(webhook).state, as_it_is(webhook).status) == ("failed", status)
    assert told == [("given up", webhook, True)]
    receiver.status = 204
    try_again(webhook)
    assert send(webhook)
    assert told[1:] == [("taken", webhook, None)]


def test_after_a_day_it_is_given_up_and_kept_for_a_week(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, told: list[Any]
) -> None:
    webhook = write(endpoint)
    receiver.status = 503
    try_for(webhook, clock, timedelta(hours=23))
    assert as_it_is(webhook).state == "waiting"
    try_for(webhook, clock, timedelta(hours=2))
    row = as_it_is(webhook)
    assert (row.state, told) == ("failed", [("given up", webhook, False)])
    # In an hour's steps in the end.
    assert 28 <= row.attempts <= 35
    assert row.body
    clock.shift(timedelta(days=7))
    prune()
    with pytest.raises(Refused) as refused:
        try_again(webhook)
    assert refused.value.code == "wiped"


def test_a_receiver_says_when_to_come_again_within_bounds(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 429
    found = {}
    # What is no date and no number is not listened to.
    for header in ("30", "1", "86400", "Sun, 22 Nov 2026 12:02:00 GMT", "Sun, 22 Nov 2026 11:00:00 GMT", "soon", "-5"):
        receiver.retry_after = header
        webhook = write(endpoint, subject=uuid4())
        Endpoint.objects.update(resting_until=None)
        send(webhook)
        found[header] = (as_it_is(webhook).due_at - timezone.now()).total_seconds()
    assert list(found.values()) == [30, 5, 3600, 120, 5, 5, 5]


def test_a_program_that_is_down_rests_and_all_that_waits_for_it_goes_when_it_is_back(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, worker_here: None
) -> None:
    port, other = receiver.port, make_endpoint(receiver.url, "Others")
    receiver.stop()
    calls = [write(endpoint, subject=uuid4()) for _time in range(5)]
    for call in calls:
        send(call)
    # One was tried: it would keep workers busy for nothing.
    assert [as_it_is(call).attempts for call in calls] == [1, 0, 0, 0, 0]
    assert as_it_is(calls[0]).last_error == "The receiver cannot be reached."
    receiver.port = port
    receiver.start()
    # Others are not held up.
    assert send(write(other, subject=uuid4()))
    assert sweep() == 0
    clock.shift(timedelta(seconds=6))
    assert sweep() == 5
    assert [as_it_is(call).state for call in calls] == ["sent"] * 5
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.resting_until) == (0, None)


def test_a_rest_grows_to_a_minute_and_ends_when_staff_try_again(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller
) -> None:
    first, second = write(endpoint, subject=uuid4()), write(endpoint, subject=uuid4())
    receiver.status = 500
    for _time in range(8):
        endpoint.note_failure()
        endpoint.refresh_from_db()
    assert endpoint.resting_until == timezone.now() + timedelta(minutes=1)
    receiver.status = 204
    assert not send(first)
    try_again(first)
    assert send(first)
    assert send(second)


def test_a_slow_program_is_left_after_ten_seconds(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    """That the exchange ends then is tested in tests/console/test_outbound.py."""
    assert outbound.TIMEOUT == 10

    def fall_silent(*args: Any, **kwargs: Any) -> Any:
        raise outbound.NotReached(outbound.SILENT)

    monkeypatch.setattr(outbound, "post", fall_silent)
    webhook = write(endpoint)
    send(webhook)
    assert (as_it_is(webhook).last_error, as_it_is(webhook).status) == ("The receiver did not answer in time.", None)


def test_a_name_that_leads_inside_by_now_is_not_called(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was public when staff typed it: looked up again at each attempt (rebinding)."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    where = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: where)
    webhook = write(make_endpoint(f"https://backend.example.com:{receiver.port}/"))
    assert not send(webhook)
    assert receiver.got == receiver.refused == []
    assert as_it_is(webhook).last_error.startswith("The address leads into a private network")


def test_only_missing_workers_are_a_trouble_of_this_console(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller
) -> None:
    first, _second = write(endpoint, number=1), write(endpoint, number=2)
    clock.shift(timedelta(minutes=6))
    assert queue_age()
    # One company's program is down, and what comes after waits for that.
    receiver.status = 500
    send(first)
    for _time in range(4):
        clock.shift(timedelta(minutes=2))
        assert queue_age() == ""
    Endpoint.objects.update(is_on=False, failures=0, resting_until=None)
    assert queue_age() == ""


def test_a_secret_that_nobody_can_open_any_more_is_a_sentence(
    endpoint: Endpoint, receiver: Receiver, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["another key, for the one before is lost and gone for good"]
    webhook = write(endpoint)
    assert not send(webhook)
    assert as_it_is(webhook).last_error == "The secret cannot be opened any more. Renew it."


def test_the_secrets_of_endpoints_move_to_a_new_key(
    endpoint: Endpoint, receiver: Receiver, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCRYPTION_KEYS = ["the new key, long enough for whoever checks that", settings.SECRET_KEY]
    endpoint.set_secret(OTHER_SECRET)
    endpoint.save()
    call_command("reseal")
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    send(write(endpoint))
    assert [is_signed(receiver.got[0], secret) for secret in (SECRET, OTHER_SECRET)] == [True, True]


def test_neither_address_nor_body_is_in_a_log(
    endpoint: Endpoint, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 500
    send(write(endpoint, said="Ada's database"))
    assert "A webhook could not be sent (NotTaken)." in caplog.text
    assert "Ada" not in caplog.text
    assert "s3cret" not in caplog.text
