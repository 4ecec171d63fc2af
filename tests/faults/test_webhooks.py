"""Two workers at once make each call once, in the order of each subject; reports that come at once count once."""

from collections import defaultdict
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection

from outbox.models import Receipt, Webhook
from tests.cast import Cast
from tests.fixtures.receiver import Receiver
from tests.outbox.calling import make_endpoint, send, write
from tests.projects.backing import Backend, ask_for, make_backend_kind, said

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

SUBJECTS, EACH = 4, 5


def test_two_workers_make_each_call_once_and_in_order(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    subjects = [uuid4() for _number in range(SUBJECTS)]
    calls = [
        write(endpoint, subject=subject, number=n, about=str(subject)) for n in range(EACH) for subject in subjects
    ]
    in_step = Barrier(2, timeout=10)

    def work() -> None:
        try:
            # What waits for another one is not due in the first rounds.
            for _round in range(EACH):
                for call in calls:
                    in_step.wait()
                    send(call)
        finally:
            connection.close()

    threads = [Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Webhook.objects.values_list("state", "attempts")) == {("sent", 1)}
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for got in receiver.got:
        numbers[UUID(got.said["about"])].append(got.said["number"])
    assert numbers == {subject: list(range(EACH)) for subject in subjects}


def test_reports_at_the_same_instant_have_one_effect(cast: Cast) -> None:
    operation = ask_for(cast, make_backend_kind(make_endpoint("https://backend.example.com/")))
    in_step = Barrier(6, timeout=10)
    answers: list[tuple[int, bool]] = []

    def report(message_id: str) -> None:
        backend = Backend()
        try:
            in_step.wait()
            answers.append(said(backend.report(operation, message_id, state="done")))
        finally:
            connection.close()

    # Three times the same message, and three others that say the same.
    messages = ["same", "same", "same", "first", "second", "third"]
    threads = [Thread(target=report, args=[message_id]) for message_id in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _effect in answers} == {202}
    assert len(answers) == len(messages)
    # Of the four messages one counted; if that was the one that came three times, each of those was told so.
    assert sum(effect for _status, effect in answers) in {1, 3}
    assert Receipt.objects.count() == 4
    service = operation.service
    assert service.changes.filter(state="running").count() == 1
