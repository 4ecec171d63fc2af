"""In which hours a service ran: each started one, by what was done with it, in the dearest size of the hour."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.actions.usage import ran_in
from projects.models import FormerPrice, Service
from tests.billing.running import at, do, run_from
from tests.cast import Cast

pytestmark = pytest.mark.django_db


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
