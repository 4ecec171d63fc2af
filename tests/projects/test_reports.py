"""What backends report: signed, once, in any order, too late; and what they may ask (issue 6, Deliver 4)."""

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import OperationalError
from pytest_django import Settings

from outbox.actions import prune
from outbox.models import Endpoint, Receipt
from projects.actions.services import delete_service, note_failed, retry_service, show_outputs
from projects.models import Operation, Output, ServiceKind
from tests.cast import Cast
from tests.outbox.calling import SECRET, make_endpoint, signed
from tests.projects.backing import Backend, as_it_is, ask_for, make_backend_kind, now, said, service_of
from tests.projects.making import make_kind

pytestmark = pytest.mark.django_db

NOON = "2027-03-01T12:00:00Z"
OTHER_SECRET = "whsec_" + "c2Vjb25k" * 4
PASSWORD = {"name": "password", "value": "correct horse", "secret": True}


@pytest.fixture
def endpoint() -> Endpoint:
    return make_endpoint("https://backend.example.com/hook")


@pytest.fixture
def kind(endpoint: Endpoint) -> ServiceKind:
    return make_backend_kind(endpoint)


@pytest.fixture
def operation(cast: Cast, kind: ServiceKind) -> Operation:
    """Theo's first queue, which the backend is to make."""
    return ask_for(cast, kind)


def test_a_service_goes_on_as_its_backend_reports(cast: Cast, operation: Operation) -> None:
    backend = Backend()
    assert said(backend.report(operation, state="provisioning", progress=40, message="Making\n a disk")) == (202, True)
    service = service_of(operation)
    assert (service.state, as_it_is(operation).progress) == ("provisioning", 40)
    assert service.changes.order_by("-id")[0].note == "Making a disk"
    outputs = [{"name": "host", "value": "queue-7.internal.example.com"}, PASSWORD]
    assert said(backend.report(operation, state="done", outputs=outputs)) == (202, True)
    assert service_of(operation).state == "running"
    assert as_it_is(operation).state == "done"
    stored = Output.objects.get(name="password")
    assert (stored.value, "correct horse" in stored.sealed) == ("", False)
    shown = show_outputs(service=service, by=cast.theo.actor(cast.acme))
    assert {found.name: found.value for found in shown} == {
        "host": "queue-7.internal.example.com",
        "password": "correct horse",
    }


def test_a_failure_is_told_in_the_backends_words(operation: Operation) -> None:
    assert said(Backend().report(operation, state="failed", message="No room in\teu-west " + "!" * 500)) == (202, True)
    service = service_of(operation)
    assert (service.state, as_it_is(operation).state) == ("failed", "failed")
    assert service.reason.startswith("No room in eu-west !")
    assert len(service.reason) <= 200
    # Whatever it says next: it has failed.
    assert said(Backend().report(operation, state="done")) == (202, False)
    assert service_of(operation).state == "failed"


def test_reports_in_the_wrong_order_and_twice_end_right(operation: Operation) -> None:
    """Done before it was accepted, and what was sent earlier arrives later."""
    backend = Backend()
    assert said(backend.report(operation, state="done", outputs=[PASSWORD])) == (202, True)
    assert said(backend.report(operation, state="provisioning", progress=90)) == (202, False)
    assert said(backend.report(operation, state="failed", message="Too late")) == (202, False)
    assert said(backend.report(operation, state="done", outputs=[{**PASSWORD, "value": "another"}])) == (202, False)
    service = service_of(operation)
    assert (service.state, service.reason) == ("running", "")
    assert Output.objects.get().open() == "correct horse"


def test_the_same_message_is_taken_once_and_gets_the_same_answer(operation: Operation, settings: Settings) -> None:
    backend = Backend()
    with time_machine.travel(NOON, tick=False) as clock:
        first = backend.report(operation, "report_7", state="provisioning", progress=10)
        clock.shift(timedelta(minutes=1))
        again = backend.report(operation, "report_7", state="provisioning", progress=10)
        assert said(first) == said(again) == (202, True)
        assert service_of(operation).changes.filter(progress=10).count() == 1
        # Another message under the same id is a mistake, and not lost in silence; so is one about something else.
        assert said(backend.report(operation, "report_7", state="done")) == (422, "webhook-id-reused")
        assert said(backend.report(operation, "report_7", state="provisioning", progress=11))[0] == 422
        assert as_it_is(operation).state == "open"
        # What was refused can be sent again under its id, corrected.
        assert said(backend.report(operation, "report_8", state="no")) == (422, "invalid")
        assert said(backend.report(operation, "report_8", state="done")) == (202, True)
        assert Receipt.objects.count() == 2
        clock.shift(timedelta(days=1, minutes=1))
        prune()
        assert Receipt.objects.count() == 0


def test_who_does_not_sign_is_not_heard(operation: Operation, caplog: pytest.LogCaptureFixture) -> None:
    backend, body = Backend(), b'{"state": "done"}'
    path = backend.path(operation) + "/reports"
    right = signed(SECRET, "report_x", body)
    wrong: list[dict[str, str]] = [
        {},
        {**right, "webhook-signature": ""},
        {**right, "webhook-id": "another"},
        {**right, "webhook-id": "x" * 256},
        {**right, "webhook-timestamp": "soon"},
        {**right, "webhook-signature": right["webhook-signature"].replace("v1,", "v2,")},
        signed(OTHER_SECRET, "report_x", body),
        signed(SECRET, "report_x", body + b" "),
        signed(SECRET, "report_x", body, now() - 301),
        signed(SECRET, "report_x", body, now() + 400),
        {"Authorization": f"Basic {SECRET}"},
    ]
    for headers in wrong:
        assert said(backend.send(path, body, headers)) == (401, "not-signed"), headers
        # What is not there tells nobody anything.
        assert said(backend.send(backend.path(uuid4()) + "/reports", body, headers)) == (401, "not-signed")
    assert backend.client.get(backend.path(operation)).status_code == 401
    assert as_it_is(operation).state == "open"
    assert said(backend.send(path, body, right)) == (202, True)
    assert SECRET not in caplog.text


def test_guessing_ends_after_a_minute_of_it_and_elsewhere_the_backend_goes_on(operation: Operation) -> None:
    with time_machine.travel(NOON, tick=False):
        guesser = Backend(OTHER_SECRET)
        for _time in range(60):
            guesser.send(guesser.path(operation) + "/reports", b"{}", {})
        assert said(guesser.report(operation, state="done")) == (429, "too-many-failures")
        elsewhere = Backend()
        elsewhere.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
        assert said(elsewhere.report(operation, state="done")) == (202, True)


def test_each_backend_has_its_own_minute(operation: Operation, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    with time_machine.travel(NOON, tick=False):
        answers = [Backend().report(operation, state="provisioning") for _time in range(3)]
        assert [said(answer)[0] for answer in answers] == [202, 202, 429]
        assert answers[0].headers["RateLimit-Remaining"] == "1"
        assert answers[2].headers["Retry-After"] == "60"


def test_another_backends_operation_is_as_one_that_is_not_there(cast: Cast, operation: Operation) -> None:
    make_endpoint("https://other.example.com/", "Others", OTHER_SECRET)
    other = Backend(OTHER_SECRET)
    ours = ask_for(cast, make_kind(), "Main database")
    for unknown in (operation, ours, uuid4()):
        assert said(other.report(unknown, state="done")) == (404, "not-found")
        assert other.ask(unknown).json()["code"] == "not-found"
    assert [as_it_is(one).state for one in (operation, ours)] == ["open", "open"]
    # Nor may the first one say anything of what our own worker makes.
    assert said(Backend().report(ours, state="done")) == (404, "not-found")


def test_an_operation_stays_with_the_backend_that_was_asked(cast: Cast, operation: Operation) -> None:
    """Staff name another one for the kind; after 90 days, when the call is forgotten, that one may report, too."""
    other = make_endpoint("https://other.example.com/", "Others", OTHER_SECRET)
    ServiceKind.objects.filter(key="queue").update(endpoint=other)
    assert said(Backend(OTHER_SECRET).report(operation, state="done")) == (404, "not-found")
    assert said(Backend().report(operation, state="provisioning")) == (202, True)
    Operation.objects.update(webhook=None)
    assert said(Backend(OTHER_SECRET).report(operation, state="done")) == (202, True)


def test_while_the_secret_changes_either_signs(endpoint: Endpoint, operation: Operation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        endpoint.set_secret(OTHER_SECRET)
        endpoint.save()
        for secret in (SECRET, OTHER_SECRET):
            assert said(Backend(secret).report(operation, state="provisioning")) == (202, True)
        clock.shift(timedelta(hours=25))
        assert said(Backend().report(operation, state="done")) == (401, "not-signed")
        # Switched off, it is not called; what it has begun it may end.
        Endpoint.objects.update(is_on=False)
        assert said(Backend(OTHER_SECRET).report(operation, state="done")) == (202, True)


def test_what_makes_no_sense_is_refused_field_by_field(operation: Operation, caplog: pytest.LogCaptureFixture) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"state": "running"},
        {"state": "provisioning", "progress": 101},
        {"state": "provisioning", "progress": -1},
        {"state": "provisioning", "progress": "50"},
        {"state": "provisioning", "progress": True},
        {"state": "provisioning", "message": "x" * 4_001},
        {"state": "provisioning", "message": "\0"},
        {"state": "provisioning", "outputs": [PASSWORD]},
        {"state": "done", "outputs": [PASSWORD, PASSWORD]},
        {"state": "done", "outputs": [PASSWORD] * 51},
        {"state": "done", "outputs": [{"name": "", "value": "x"}]},
        {"state": "done", "outputs": [{"name": "host", "value": "x" * 1_001}]},
        {"state": "done", "outputs": [{"name": "host", "value": "x" * 16_001, "secret": True}]},
        {"state": "done", "organization": "another"},
    ]
    for one in wrong:
        answer = Backend().report(operation, **one)
        assert said(answer) == (422, "invalid"), one
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert as_it_is(operation).state == "open"
    long = {**PASSWORD, "value": "x" * 16_000}
    assert said(Backend().report(operation, state="done", outputs=[long])) == (202, True)
    assert Output.objects.get().open() == "x" * 16_000


def test_a_body_is_json_and_bounded(operation: Operation) -> None:
    backend = Backend()
    path = backend.path(operation) + "/reports"

    def status(body: bytes, content_type: str = "application/json") -> int:
        answer: int = backend.send(path, body, signed(SECRET, str(uuid4()), body), content_type).status_code
        return answer

    assert status(b"{") == 400
    assert status(b'{"state": "done"}', "text/plain") == 415
    assert status(json.dumps({"state": "done", "message": "x" * 140_000}).encode()) == 413
    assert status(b"[" * 5_000) == 400
    assert backend.client.delete(path).status_code == 405
    assert as_it_is(operation).state == "open"


def test_who_was_replaced_is_told_to_stop(cast: Cast, operation: Operation) -> None:
    delete_service(service=service_of(operation), by=cast.theo.actor(cast.acme))
    assert said(Backend().report(operation, state="done", outputs=[PASSWORD])) == (202, False)
    assert Backend().ask(operation).json()["state"] == "replaced"
    assert not Output.objects.exists()
    deleting = service_of(operation).operations.latest("number")
    assert (deleting.verb, deleting.number) == ("delete", 2)
    assert said(Backend().report(deleting, state="done")) == (202, True)
    assert service_of(operation).state == "deleted"


def test_a_success_after_we_gave_up_counts_unless_something_newer_was_asked_for(cast: Cast, kind: ServiceKind) -> None:
    late, replaced = ask_for(cast, kind, "Orders"), ask_for(cast, kind, "Mails")
    for operation in (late, replaced):
        note_failed(operation.pk, "Nothing was heard of it for too long.", gave_up=True)
    retry_service(service=service_of(replaced), by=cast.theo.actor(cast.acme))
    assert said(Backend().report(late, state="done")) == (202, True)
    assert said(Backend().report(replaced, state="done")) == (202, False)
    assert (service_of(late).state, service_of(replaced).state) == ("running", "requested")


def test_a_backend_that_was_restarted_asks_what_it_was_to_do(cast: Cast, kind: ServiceKind) -> None:
    operation = ask_for(cast, kind)
    service = operation.service
    answer = Backend().ask(operation)
    assert answer.status_code == 200
    assert answer.json() == {
        "operation": {"id": str(operation.pk), "number": 1, "verb": "create"},
        "service": {
            "id": str(service.pk),
            "name": "Orders",
            "kind": "queue",
            "size": "small",
            "parameters": {},
            "state": "requested",
        },
        "project": {"id": str(service.project.pk), "slug": "website", "region": "eu-west"},
        "organization": {"id": str(cast.acme.pk), "slug": "acme"},
        "report_to": f"http://localhost:8000/api/v1/provisioning/operations/{operation.pk}/reports",
        "state": "open",
    }
    head = Backend()
    headers = signed(SECRET, "head", b"")
    assert (head.client.head(head.path(operation), headers=headers)).content == b""


def test_a_database_that_is_away_is_a_503(
    operation: Operation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("projects.api.provisioning.note_done", fail)
    with caplog.at_level(logging.CRITICAL):
        answer = Backend().report(operation, "report_9", state="done")
    assert said(answer) == (503, "unavailable")
    monkeypatch.undo()
    # Nothing was kept of it, so it counts when it is sent again.
    assert said(Backend().report(operation, "report_9", state="done")) == (202, True)
