"""A backend's bad days, from what it is called with to where the service ends (issue 6: *the state ends right*)."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from console.api.catalogue import CATALOGUE
from console.outbound import Answer
from console.refusal import Refused
from outbox.actions import try_again
from outbox.models import Endpoint, Webhook
from projects.actions.services import delete_service, resize_service, retry_service
from projects.models import Operation, ServiceKind
from tests.cast import Cast
from tests.fixtures.backend import PAGE
from tests.fixtures.receiver import Got, Receiver
from tests.outbox.calling import make_endpoint, send
from tests.projects.backing import Backend, as_it_is, ask_for, make_backend_kind, said, service_of

pytestmark = pytest.mark.django_db

NOON = "2027-03-01T12:00:00Z"


@pytest.fixture
def endpoint(receiver: Receiver) -> Endpoint:
    return make_endpoint(receiver.url)


@pytest.fixture
def kind(endpoint: Endpoint) -> ServiceKind:
    form = {"type": "object", "properties": {"retention": {"type": "integer"}}}
    return make_backend_kind(endpoint, form=form)


def call(operation: Operation) -> bool:
    """Let a worker make the operation's call, if that is due."""
    webhook = as_it_is(operation).webhook
    assert webhook is not None
    return send(webhook)


def newest(operation: Operation) -> Operation:
    return service_of(operation).operations.latest("number")


def states(operation: Operation) -> tuple[str, str]:
    """Of its service, and its own."""
    return service_of(operation).state, as_it_is(operation).state


def test_a_backend_is_told_what_is_to_be_done_and_nobodys_name(
    cast: Cast, kind: ServiceKind, receiver: Receiver
) -> None:
    operation = ask_for(cast, kind, "Orders", retention=7)
    assert call(operation)
    [got] = receiver.got
    service = operation.service
    assert got.headers["webhook-id"] == str(operation.webhook_id)
    assert got.said["type"] == "service.create"
    assert got.said["data"] == {
        "operation": {"id": str(operation.pk), "number": 1, "verb": "create"},
        "service": {
            "id": str(service.pk),
            "name": "Orders",
            "kind": "queue",
            "size": "small",
            "parameters": {"retention": 7},
            "state": "requested",
        },
        "project": {"id": str(service.project_id), "slug": "website", "region": "eu-west"},
        "organization": {"id": str(cast.acme.pk), "slug": "acme"},
        "report_to": f"http://localhost:8000/api/v1/provisioning/operations/{operation.pk}/reports",
    }
    assert "theo" not in got.body.decode().lower()
    assert states(operation) == ("provisioning", "open")
    # What is to be is told, not what is.
    Backend().report(operation, state="done")
    resize_service(service=service_of(operation), size=kind.sizes.get(key="large"), by=cast.theo.actor(cast.acme))
    assert call(newest(operation))
    said_next = receiver.got[1].said
    assert (said_next["type"], said_next["data"]["service"]["size"]) == ("service.resize", "large")
    assert said_next["data"]["operation"]["number"] == 2


def test_the_page_for_backends_shows_what_they_get(cast: Cast, kind: ServiceKind, receiver: Receiver) -> None:
    page = PAGE.read_text()
    shown, *reports = (json.loads(example) for example in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    operation = ask_for(cast, kind, "Orders", retention=7)
    call(operation)
    assert shape(receiver.got[0].said) == shape(shown)
    # The examples of reports are taken, in their order.
    assert [said(Backend().report(operation, **report)) for report in reports] == [
        (202, True),
        (202, True),
        (202, False),
    ]
    assert {"not-signed", "webhook-id-reused"} <= set(re.findall(r"`([a-z]+-[a-z-]+)`", page)) & set(CATALOGUE)


def shape(value: Any) -> Any:
    """The names in it."""
    return {name: shape(inner) for name, inner in value.items()} if isinstance(value, dict) else type(value)


def test_one_that_is_down_is_called_again_and_the_service_goes_on(
    cast: Cast, kind: ServiceKind, receiver: Receiver
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        operation = ask_for(cast, kind)
        receiver.status = 500
        assert not call(operation)
        assert states(operation) == ("requested", "open")
        receiver.status = 202
        clock.shift(timedelta(seconds=6))
        assert call(operation)
        assert states(operation) == ("provisioning", "open")
        assert said(Backend().report(operation, state="done")) == (202, True)
        assert states(operation) == ("running", "done")


def test_one_that_refuses_ends_it_and_goes_on_when_staff_try_again(
    cast: Cast, kind: ServiceKind, receiver: Receiver
) -> None:
    operation = ask_for(cast, kind)
    receiver.status = 422
    assert not call(operation)
    service = service_of(operation)
    assert (service.state, service.trouble) == ("failed", "The program that makes these services refused it.")
    receiver.status = 202
    webhook = as_it_is(operation).webhook
    assert webhook is not None
    try_again(webhook)
    assert call(operation)
    assert states(operation) == ("provisioning", "open")
    assert service_of(operation).reason == ""


def test_one_that_is_down_for_a_day_fails_with_a_reason(cast: Cast, kind: ServiceKind, receiver: Receiver) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        operation = ask_for(cast, kind)
        receiver.status = 503
        clock.shift(timedelta(hours=23))
        call(operation)
        assert states(operation) == ("requested", "open")
        clock.shift(timedelta(hours=2))
        call(operation)
        service = service_of(operation)
        assert (service.state, as_it_is(operation).gave_up) == ("failed", True)
        assert service.trouble == "The program that makes these services could not be reached for a day."


def test_what_was_given_up_never_follows_what_came_after_it(cast: Cast, kind: ServiceKind, receiver: Receiver) -> None:
    operation = ask_for(cast, kind)
    receiver.status = 422
    call(operation)
    retry_service(service=service_of(operation), by=cast.theo.actor(cast.acme))
    receiver.status = 202
    webhook = as_it_is(operation).webhook
    assert webhook is not None
    with pytest.raises(Refused, match="no longer kept"):
        try_again(webhook)
    assert call(newest(operation))
    assert [got.said["data"]["operation"]["number"] for got in receiver.got] == [2]


def test_one_that_reports_while_our_call_still_waits_for_its_answer(
    cast: Cast, kind: ServiceKind, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Done before it was accepted: the answer that comes afterwards changes nothing."""
    operation = ask_for(cast, kind)
    answered: list[Any] = []

    def make_at_once(url: str, body: bytes, headers: Any, **_: Any) -> Any:
        answered.append(said(Backend().report(operation, state="done")))
        return Answer(202, b"")

    monkeypatch.setattr("console.outbound.post", make_at_once)
    assert call(operation)
    assert answered == [(202, True)]
    assert states(operation) == ("running", "done")


def test_one_that_makes_it_although_it_refused_or_fell_silent(
    cast: Cast, kind: ServiceKind, receiver: Receiver
) -> None:
    """It answers 422, or nothing, and reports all the same."""
    operation = ask_for(cast, kind)
    receiver.status = 410
    call(operation)
    assert states(operation) == ("failed", "failed")
    assert said(Backend().report(operation, state="provisioning", progress=10)) == (202, True)
    assert states(operation) == ("provisioning", "open")
    assert said(Backend().report(operation, state="done")) == (202, True)
    assert states(operation) == ("running", "done")


def test_one_that_gets_a_call_twice_has_it_in_effect_once(
    cast: Cast, kind: ServiceKind, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is killed between its yes and our mark; meanwhile it has reported."""
    with time_machine.travel(NOON, tick=False) as clock:
        operation = ask_for(cast, kind)

        def die(*args: Any, **kwargs: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Webhook, "mark_sent", die)
            with pytest.raises(KeyboardInterrupt):
                call(operation)
        assert said(Backend().report(operation, "report_1", state="done")) == (202, True)
        clock.shift(timedelta(seconds=30))
        assert call(operation)
        assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
        assert len(receiver.got) == 2
        assert said(Backend().report(operation, "report_1", state="done")) == (202, True)
        assert said(Backend().report(operation, "report_2", state="done")) == (202, False)
        assert states(operation) == ("running", "done")
        assert service_of(operation).changes.filter(state="running").count() == 1


def test_a_deletion_takes_the_place_of_what_has_not_left(cast: Cast, kind: ServiceKind, receiver: Receiver) -> None:
    operation = ask_for(cast, kind)
    delete_service(service=service_of(operation), by=cast.theo.actor(cast.acme))
    assert not call(operation)
    assert call(newest(operation))
    assert [got.said["type"] for got in receiver.got] == ["service.delete"]
    assert as_it_is(operation).state == "replaced"


def test_a_deletion_follows_what_is_on_its_way(
    cast: Cast, kind: ServiceKind, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = ask_for(cast, kind)

    def delete(_got: Got) -> None:
        delete_service(service=service_of(operation), by=cast.theo.actor(cast.acme))
        assert not call(newest(operation))

    def answer(url: str, body: bytes, headers: Any, **_: Any) -> Any:
        if b"service.create" in body:
            delete(Got(url, headers, body))
        receiver.got.append(Got(url, headers, body))
        return Answer(202, b"")

    monkeypatch.setattr("console.outbound.post", answer)
    assert call(operation)
    assert as_it_is(operation).state == "replaced"
    newest_call = newest(operation).webhook
    assert newest_call is not None
    newest_call.refresh_from_db()
    if newest_call.state == "waiting":
        assert call(newest(operation))
    assert [got.said["type"] for got in receiver.got] == ["service.create", "service.delete"]
    assert said(Backend().report(newest(operation), state="done")) == (202, True)
    assert service_of(operation).state == "deleted"


def test_a_kind_without_a_backend_is_a_sentence(cast: Cast, kind: ServiceKind) -> None:
    ServiceKind.objects.update(endpoint=None)
    kind.refresh_from_db()
    with pytest.raises(Refused, match="Nobody makes services of this kind"):
        ask_for(cast, kind)
    assert not Webhook.objects.exists()
