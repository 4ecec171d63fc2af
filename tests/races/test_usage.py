"""What ran is written down by two machines at the same instant: once, and charged once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from billing.actions.usage import record_usage
from billing.models import Entry, UsageHour, UsageLine
from tests.billing.making import account_of
from tests.billing.running import at, do, run_from
from tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MACHINES = 4


def record_at_once() -> int:
    """What so many machines write down together, each at the same instant."""
    barrier = Barrier(MACHINES, timeout=20)

    def run(_number: int) -> int:
        try:
            connection.ensure_connection()
            barrier.wait()
            return record_usage()
        finally:
            connection.close()

    with ThreadPoolExecutor(MACHINES) as threads:
        return sum(threads.map(run, range(MACHINES)))


def test_two_machines_and_more_charge_an_hour_once(cast: Cast) -> None:
    for number in range(5):
        run_from(cast.acme, at(1, 8), f"Replica {number}")
        run_from(cast.rival, at(1, 8), f"Replica {number}", "large")
    for moment, hours in ((at(1, 9, 5), 10), (at(1, 10, 5), 10), (at(3, 10, 5), 480)):
        with time_machine.travel(moment, tick=False):
            assert record_at_once() == hours
    assert UsageHour.objects.count() == 500
    assert sum(UsageLine.objects.values_list("hours", flat=True)) == 500
    assert (account_of(cast.acme).balance, account_of(cast.rival).balance) == (-5 * 50 * 2, -5 * 50 * 8)
    # One for each organization and each day, or part of one, that was written down.
    assert Entry.objects.count() == 2 * (1 + 1 + 2)


def test_what_is_deleted_meanwhile_is_charged_for_its_last_hour_once(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 8))
    do(service, "delete", at(1, 9, 4))
    with time_machine.travel(at(1, 9, 5), tick=False):
        assert record_at_once() == 2
    assert account_of(cast.acme).balance == -4
