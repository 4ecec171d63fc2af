"""The audit log of one organization, written by eight threads at once and linked by two meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from audit import chaining
from audit.actors import Actor
from audit.chaining import link_events
from audit.models import Chain, Event, Unlinked
from audit.recording import record
from audit.verifying import What, verify
from tests.audit.chains import events, tamper

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WRITERS = 8


def in_thread(work: Callable[[], object]) -> Callable[[], None]:
    """The same with a connection of its own, closed at the end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return run


def write(organization_id: UUID, number: int, barrier: threading.Barrier) -> None:
    barrier.wait()
    for count in range(number):
        with transaction.atomic():
            record("thing.done", by=Actor.system(), organization_id=organization_id, after={"n": count})


def write_and_link(number: int) -> UUID:
    """The organization in whose log eight threads write that many events each, while two threads link."""
    organization_id = uuid4()
    barrier = threading.Barrier(WRITERS + 2, timeout=20)
    is_written = threading.Event()

    def link() -> None:
        barrier.wait()
        while not is_written.is_set():
            link_events()

    with ThreadPoolExecutor(WRITERS + 2) as threads:
        linkers = [threads.submit(in_thread(link)) for _ in range(2)]
        writers = [threads.submit(in_thread(lambda: write(organization_id, number, barrier))) for _ in range(WRITERS)]
        try:
            for writer in writers:
                writer.result(timeout=300)
        finally:
            is_written.set()
        for linker in linkers:
            linker.result(timeout=60)
    while link_events():
        pass
    return organization_id


def check(organization_id: UUID, total: int) -> None:
    """All of it fits; and once one byte is changed, that event is named."""
    verdict = verify(organization_id)
    assert (verdict.verified, verdict.unlinked, verdict.fault) == (total, 0, None)
    assert len({event.pk for event in events(organization_id)}) == total == Event.objects.count()
    one = events(organization_id)[total // 2]
    tamper(one, action="thing.dond")
    fault = verify(organization_id).fault
    assert (fault.what, fault.position, fault.event_id) == (What.CHANGED, total // 2 + 1, one.pk)


def test_what_eight_threads_write_and_two_link_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chaining, "BATCH", 7)
    check(write_and_link(20), 20 * WRITERS)


@pytest.mark.long
def test_so_do_ten_thousand_events() -> None:
    begun = perf_counter()
    organization_id = write_and_link(1250)
    written = perf_counter()
    check(organization_id, 10_000)
    print(f"written and linked in {written - begun:.1f} s, verified twice in {perf_counter() - written:.1f} s")  # noqa: T201 -- what was measured


def test_who_comes_second_passes_over_what_is_being_linked() -> None:
    first, second = uuid4(), uuid4()
    for organization_id in (first, second):
        record("thing.done", by=Actor.system(), organization_id=organization_id)
    Chain.objects.create(pk=first)
    with transaction.atomic():
        Chain.objects.select_for_update().get(pk=first)
        with ThreadPoolExecutor(1) as threads:
            threads.submit(in_thread(link_events)).result(timeout=20)
    assert list(Unlinked.objects.values_list("chain_id", flat=True)) == [first]
    assert link_events() == 1
