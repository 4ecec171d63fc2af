"""Two workers at once send the stream of a log once, in order."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from organizations.actions import send_stream
from organizations.models import AuditStream
from tests.cast import Cast
from tests.fixtures.receiver import Receiver
from tests.organizations.streaming import end_of, happen, stream_to

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_two_workers_one_sends(cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organizations.actions.stream_batches.EVENTS", 5)
    stream = stream_to(receiver.url, cast)
    happen(cast.acme, *range(30))
    in_step = Barrier(2, timeout=10)

    def work() -> None:
        try:
            for _time in range(5):
                in_step.wait()
                send_stream(stream.pk)
        finally:
            connection.close()

    threads = [Thread(target=work) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.positions == list(range(stream.position + 1, stream.position + 32))
    assert AuditStream.objects.get().position == end_of(stream)
