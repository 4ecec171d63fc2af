"""In which hours a service ran: each started one, by what was done with it, in the dearest size of the hour."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast as cast_to

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.actions.usage import ran_in
from billing.actions.usage.hours import hours_in, stretches
from projects.models import FormerPrice, Operation, Prices, Service, ServiceSize
from tests.billing.running import at, do, run_from
from tests.cast import Cast

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def ran(service: Service) -> list[str]:
    """The hours of the first two days of March, as people would write them."""
    return [f"{hour:%d %H} {size.key}" for hour, size in ran_in(service, at(1, 0), at(3, 0))]


@pytest.mark.embedded
def test_each_started_hour_counts_once(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9, 59, 59))
    do(service, "stop", at(1, 11, 0, 1))
    assert ran(service) == ["01 09 small", "01 10 small", "01 11 small"]
    do(service, "start", at(1, 11, 30))
    do(service, "stop", at(1, 11, 45))
    assert ran(service) == ["01 09 small", "01 10 small", "01 11 small"]


def test_what_ends_on_the_hour_begins_no_other(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    do(service, "delete", at(1, 11))
    assert ran(service) == ["01 09 small", "01 10 small"]


def test_what_was_stopped_as_it_started_ran_in_no_hour(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9, 30))
    do(service, "stop", at(1, 9, 30))
    assert ran(service) == []


def test_what_still_runs_ran_until_now_and_before_the_first_hour_counts_nothing(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9) - timedelta(days=40))
    assert [hour.hour for hour, _size in ran_in(service, at(1, 22), at(2, 1))] == [22, 23, 0]


def test_the_dearest_size_of_an_hour_counts(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    do(service, "resize", at(1, 10, 20), size="large")
    do(service, "resize", at(1, 10, 40), size="small")
    do(service, "resize", at(1, 12), size="large")
    do(service, "stop", at(1, 12, 1))
    assert ran(service) == ["01 09 small", "01 10 large", "01 11 small", "01 12 large"]


def test_what_is_resized_while_it_is_stopped_does_not_run(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    do(service, "stop", at(1, 9, 30))
    do(service, "resize", at(1, 12), size="large")
    assert ran(service) == ["01 09 small"]
    do(service, "start", at(1, 14))
    do(service, "delete", at(1, 14, 10))
    assert ran(service) == ["01 09 small", "01 14 large"]


def test_what_failed_or_was_replaced_changes_nothing(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    do(service, "stop", at(1, 9, 30), state="failed")
    do(service, "resize", at(1, 10, 30), size="large", state="replaced")
    do(service, "delete", at(1, 11, 30))
    assert ran(service) == ["01 09 small", "01 10 small", "01 11 small"]


def test_what_never_came_to_be_never_ran(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    service.operations.update(state="failed")
    do(service, "delete", at(1, 11, 30))
    assert ran(service) == []


def test_a_clock_that_was_set_back_makes_no_hours(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9, 30))
    do(service, "stop", at(1, 9, 20))
    do(service, "start", at(1, 9, 10))
    do(service, "stop", at(1, 10, 5))
    assert ran(service) == ["01 09 small", "01 10 small"]


def test_which_size_was_dearer_the_prices_of_that_hour_say(cast: Cast) -> None:
    service = run_from(cast.acme, at(1, 9))
    do(service, "resize", at(1, 9, 20), size="large")
    do(service, "resize", at(1, 10, 20), size="small")
    # Until ten, the small one was the dearer one.
    FormerPrice.objects.create(size=service.kind.sizes.get(key="small"), price=Decimal("0.5"), until=at(1, 10))
    do(service, "stop", at(1, 10, 30))
    assert ran(service) == ["01 09 small", "01 10 large"]


class _OnePrice:
    """The catalogue of a day on which nobody changed a price."""

    def at(self, size: ServiceSize, _hour: datetime) -> Decimal:
        return size.price


SIZES = [ServiceSize(key=key, price=Decimal(price)) for key, price in (("small", "0.02"), ("large", "0.08"))]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8 * 60), st.sampled_from([*SIZES, None])), max_size=8))
def test_whatever_was_done_each_minute_says_the_same(done: list[tuple[int, ServiceSize | None]]) -> None:
    """Eight hours, minute by minute: in which size it ran then, and of those of an hour the dearest."""
    done.sort(key=lambda pair: pair[0])
    operations = [
        Operation(size=size or SIZES[0], ends_in="running" if size else "stopped", ended_at=at(1, 0) + minute * MINUTE)
        for minute, size in done
    ]
    expected: dict[int, ServiceSize] = {}
    for minute in range(8 * 60):
        running = [size for begun, size in done if begun <= minute][-1:]
        for size in filter(None, running):
            hour = minute // 60
            expected[hour] = max(size, expected.get(hour, size), key=lambda each: each.price)
    found = hours_in(stretches(operations, at(1, 8)), at(1, 0), at(1, 8), cast_to(Prices, _OnePrice()))
    assert {hour.hour: size.key for hour, size in found.items()} == {hour: size.key for hour, size in expected.items()}
