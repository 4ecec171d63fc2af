"""In which order calls leave: about the same thing one after the other, whatever is withdrawn, killed or off."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from console import outbound
from outbox.actions import sweep, withdraw
from outbox.models import Endpoint, Webhook
from tests.fixtures.receiver import Receiver
from tests.outbox.calling import as_it_is, make_endpoint, send, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(receiver: Receiver, clock: time_machine.Traveller) -> Endpoint:
    return make_endpoint(receiver.url)


def test_calls_about_the_same_go_in_order_and_about_others_do_not_wait(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, worker_here: None
) -> None:
    first, second = write(endpoint, number=1), write(endpoint, number=2)
    other = write(endpoint, subject=uuid4(), number=3)
    assert not send(second)
    receiver.status = 409
    send(first)
    receiver.status = 204
    assert not send(second)
    assert send(other)
    clock.shift(timedelta(seconds=6))
    # The second one need not wait for the next sweep.
    assert send(first)
    assert [got.said["number"] for got in receiver.got] == [3, 1, 2]
    assert as_it_is(second).state == "sent"


def test_one_that_is_withdrawn_on_its_way_goes_before_what_takes_its_place(
    endpoint: Endpoint, receiver: Receiver, worker_here: None, clock: time_machine.Traveller
) -> None:
    create = write(endpoint, number=1)
    # A worker has it in its hands.
    assert Webhook.objects.filter(pk=create.pk).claim(1)
    withdraw(create)
    delete = write(endpoint, "service.delete", number=2)
    assert not send(delete)
    # That worker was killed.
    clock.shift(timedelta(seconds=26))
    assert send(delete)
    assert [got.said["number"] for got in receiver.got] == [2]
    assert as_it_is(create).state == "withdrawn"


def test_one_that_was_withdrawn_and_then_fails_lets_the_next_one_go(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = write(endpoint, number=1)

    def fail(*args: Any, **kwargs: Any) -> Any:
        withdraw(create)
        raise outbound.NotReached(outbound.UNREACHABLE)

    with monkeypatch.context() as patched:
        patched.setattr(outbound, "post", fail)
        assert not send(create)
    assert (as_it_is(create).state, as_it_is(create).claimed_until) == ("withdrawn", None)
    delete = write(endpoint, "service.delete", number=2)
    clock.shift(timedelta(seconds=6))
    assert send(delete)


def test_what_is_for_an_endpoint_that_is_off_waits(endpoint: Endpoint, receiver: Receiver, worker_here: None) -> None:
    Endpoint.objects.update(is_on=False)
    webhook = write(endpoint)
    assert not send(webhook)
    assert sweep() == 0
    Endpoint.objects.update(is_on=True)
    assert sweep() == 1
    assert as_it_is(webhook).state == "sent"


def test_killed_between_the_yes_and_the_mark_it_goes_again_under_the_same_id(
    endpoint: Endpoint, receiver: Receiver, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = write(endpoint)

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Webhook, "mark_sent", die)
        with pytest.raises(KeyboardInterrupt):
            send(webhook)
    assert not send(webhook)
    clock.shift(timedelta(seconds=26))
    assert send(webhook)
    assert [got.headers["webhook-id"] for got in receiver.got] == [str(webhook.pk)] * 2
