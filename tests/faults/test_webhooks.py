"""Two workers at once call an endpoint once for each call, in the order of each subject."""

from collections import defaultdict
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection

from outbox.models import Webhook
from tests.fixtures.receiver import Receiver
from tests.outbox.calling import make_endpoint, send, write

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
