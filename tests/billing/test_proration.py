"""What a change of plan costs: by whole days, shown before, and never more than the new plan's full price."""

from datetime import UTC, datetime

import pytest

from billing.actions.subscriptions.proration import Share
from billing.periods import days_left, days_of, month_of, start_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "now", "days", "part_of_3000"),
    [
        # All of it: it has just begun.
        ("2026-04-01", "2026-05-01", "2026-04-01", 30, 3000),
        # The day that has begun is the new plan's.
        ("2026-04-01", "2026-05-01", "2026-04-01T00:01", 30, 3000),
        ("2026-04-01", "2026-05-01", "2026-04-16", 15, 1500),
        ("2026-04-01", "2026-05-01", "2026-04-30T23:59", 1, 100),
        ("2026-04-01", "2026-05-01", "2026-05-01", 0, 0),
        # Nobody has looked after it since.
        ("2026-04-01", "2026-05-01", "2026-06-01", 0, 0),
        # A clock that went back charges no more than all of it.
        ("2026-04-01", "2026-05-01", "2026-03-01", 30, 3000),
        # 28 days: 3000 / 28 = 107.14; 31: 96.77.
        ("2026-02-01", "2026-03-01", "2026-02-28T12:00", 1, 107),
        ("2026-01-31", "2026-02-28", "2026-02-27", 1, 107),
        ("2026-03-01", "2026-04-01", "2026-03-31T12:00", 1, 97),
        # A leap year has 366: 3000 / 366 = 8.197.
        ("2028-02-29", "2029-02-28", "2029-02-27", 1, 8),
    ],
)
def test_a_part_of_a_period_is_counted_in_whole_days(
    start: str, end: str, now: str, days: int, part_of_3000: int
) -> None:
    share = Share.left(at(start), at(end), at(now))
    assert (share.days, share.of_price(3000)) == (days, part_of_3000)


def test_a_half_of_the_smallest_coin_counts_as_one() -> None:
    assert Share(days=1, of=2).of_price(1) == 1
    assert Share(days=1, of=30).of_price(15) == 1
    assert Share(days=1, of=30).of_price(14) == 0


def test_periods_begin_on_the_day_of_the_month_without_drift() -> None:
    first = at("2027-12-31T10:30")
    starts = [start_of(first, "month", number).isoformat()[:16] for number in range(6)]
    assert starts == [
        "2027-12-31T10:30",
        "2028-01-31T10:30",
        "2028-02-29T10:30",
        "2028-03-31T10:30",
        "2028-04-30T10:30",
        "2028-05-31T10:30",
    ]
    leap = at("2028-02-29")
    assert [start_of(leap, "year", number).date().isoformat() for number in range(5)] == [
        "2028-02-29",
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-29",
    ]


def test_months_and_days_are_those_of_utc_whoever_looks() -> None:
    # In Auckland it is March already.
    late = datetime.fromisoformat("2026-03-01T08:00+13:00")
    assert month_of(late).isoformat() == "2026-02-01"
    assert start_of(late, "month", 1) == at("2026-03-28T19:00")
    assert days_of(at("2026-03-01"), at("2026-04-01")) == 31
    assert days_left(at("2026-03-29"), at("2026-03-28T23:00")) == 1
