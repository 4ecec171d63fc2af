"""What was spent, and how long the funds last: against sums done by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from billing.actions.ledger import book
from billing.models import Reason
from billing.spending import (
    YEAR,
    daily_usage,
    days_of_charges,
    days_that_last,
    funds_by_day,
    spent_by_month,
    spent_by_project,
)
from organizations.models import Organization
from tests.billing.making import account_of, fund, make_charge, make_usage
from tests.cast import Cast

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def use(organization: Organization, amount: int, key: str) -> None:
    """Something ran, for so many cents."""
    charge = make_charge(organization, amount, kind="usage", plan_name="", interval="")
    book(account_of(organization), Reason.USAGE, -amount, key=key, charge=charge)


class TestHowLongFundsLast:
    """All in cents; the day is the last one that is paid in full."""

    def test_nothing_is_said_where_nothing_is_spent(self) -> None:
        assert days_that_last(1000, [], Decimal(0), {}) is None

    def test_what_runs_is_taken_each_day(self) -> None:
        assert days_that_last(1000, [], Decimal(100), {}) == 10
        assert days_that_last(999, [], Decimal(100), {}) == 9
        assert days_that_last(0, [], Decimal(1), {}) == 0
        assert days_that_last(-5, [], Decimal(1), {}) == 0

    def test_a_plan_is_taken_on_its_day(self) -> None:
        assert days_that_last(1000, [], Decimal(0), {12: 600, 42: 600}) == 41
        assert days_that_last(1000, [], Decimal(10), {12: 900}) == 11

    def test_a_year_is_as_far_as_it_goes(self) -> None:
        assert days_that_last(10**9, [], Decimal(1), {}) == YEAR

    def test_promotional_credit_is_spent_first_and_ends(self) -> None:
        # Of 1000, 800 end after the second day: 200 of them are spent by then, and the own 200 last two days more.
        assert days_that_last(1000, [(2, 800)], Decimal(100), {}) == 4
        assert days_that_last(1000, [(2, 100), (9, 700)], Decimal(100), {}) == 10

    def test_periods_begin_as_a_subscription_counts_them(self) -> None:
        anchor = datetime(2026, 1, 31, tzinfo=UTC)
        # 28 February, 31 March, 30 April …; the one that has begun is late, and comes tomorrow.
        assert days_of_charges(anchor, "month", 0, datetime(2026, 2, 20, tzinfo=UTC))[:3] == [8, 39, 69]
        assert days_of_charges(anchor, "month", 0, datetime(2026, 3, 2, tzinfo=UTC))[:2] == [1, 29]
        assert days_of_charges(anchor, "year", 0, datetime(2026, 2, 1, tzinfo=UTC)) == [364]


@pytest.mark.django_db
class TestThePace:
    def test_it_is_the_mean_of_two_weeks(self, cast: Cast) -> None:
        fund(cast.acme, 100_000)
        for days, amount in ((20, 5000), (13, 1000), (1, 400)):
            with time_machine.travel(NOON - timedelta(days=days), tick=False):
                use(cast.acme, amount, f"{days}")
        with time_machine.travel(NOON, tick=False):
            assert daily_usage(account_of(cast.acme)) == Decimal(100)

    def test_where_it_began_later_of_the_days_since(self, cast: Cast) -> None:
        with time_machine.travel(NOON - timedelta(days=4), tick=False):
            use(cast.acme, 1000, "first")
        with time_machine.travel(NOON, tick=False):
            assert daily_usage(account_of(cast.acme)) == Decimal(250)
            assert daily_usage(account_of(cast.rival)) == 0


@pytest.mark.django_db
class TestNumbersOfPictures:
    # Each engine cuts days in its own way.
    @pytest.mark.embedded
    def test_funds_are_those_at_the_end_of_each_day_of_the_reader(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2026, 11, 10, 22, 30, tzinfo=UTC), tick=False):
            fund(cast.acme, 5000)
        with time_machine.travel(datetime(2026, 11, 19, 9, tzinfo=UTC), tick=False):
            use(cast.acme, 2000, "one")
            use(cast.acme, 4000, "two")
        with time_machine.travel(NOON, tick=False):
            account = account_of(cast.acme)
            days = funds_by_day(account)
            assert (days[0].day, days[-1].day, len(days)) == (date(2026, 11, 7), date(2026, 11, 20), 14)
            changed = {day.day: day.balance for day in days if day.changed}
            assert changed == {date(2026, 11, 10): 5000, date(2026, 11, 19): -1000}
            assert [day.balance for day in days][2:5] == [0, 5000, 5000]
            assert days[-1].balance == -1000
            with timezone.override("Europe/Paris"):
                assert date(2026, 11, 10) in {day.day for day in funds_by_day(account) if day.changed}
            with timezone.override("Asia/Tokyo"):
                assert date(2026, 11, 11) in {day.day for day in funds_by_day(account) if day.changed}
            assert funds_by_day(account_of(cast.rival)) == []

    def test_what_was_before_ninety_days_is_where_they_begin(self, cast: Cast) -> None:
        with time_machine.travel(NOON - timedelta(days=200), tick=False):
            fund(cast.acme, 700)
        with time_machine.travel(NOON, tick=False):
            days = funds_by_day(account_of(cast.acme))
        assert (len(days), {day.balance for day in days}) == (90, {700})

    def test_each_month_has_its_plan_and_its_usage(self, cast: Cast) -> None:
        with time_machine.travel(NOON, tick=False):
            make_charge(cast.acme, 2000, at=datetime(2026, 9, 30, tzinfo=UTC))
            make_charge(cast.acme, 500, at=datetime(2026, 9, 2, tzinfo=UTC), kind="change")
            make_charge(cast.acme, -300, at=datetime(2026, 9, 3, tzinfo=UTC), kind="credit")
            make_charge(cast.acme, 123, kind="usage")
            make_charge(cast.acme, 9999, at=datetime(2025, 11, 30, tzinfo=UTC))
            make_charge(cast.rival, 777)
            found = [(one.month.isoformat()[:7], one.plan, one.usage) for one in spent_by_month(account_of(cast.acme))]
        assert found == [
            ("2026-06", 0, 0), ("2026-07", 0, 0), ("2026-08", 0, 0), ("2026-09", 2200, 0), ("2026-10", 0, 0),
            ("2026-11", 0, 123),
        ]  # fmt: skip

    def test_projects_are_summed_by_the_month_in_which_something_ran(self, cast: Cast) -> None:
        make_usage(cast.acme, project="Shop", price="0.5", hours=4)
        make_usage(cast.acme, project="Shop", price="0.25", hours=4)
        make_usage(cast.acme, project="Payroll", price="1", hours=7)
        make_usage(cast.rival, project="Elsewhere", price="9", hours=9)
        month = timezone.now().date().replace(day=1)
        found = [(one.name, one.amount) for one in spent_by_project(account_of(cast.acme), month)]
        assert found == [("Payroll", Decimal(7)), ("Shop", Decimal(3))]
        assert spent_by_project(account_of(cast.acme), date(2020, 1, 1)) == []
