"""Counting by the clock."""

from datetime import timedelta

import time_machine

from console.steps import Steps


def test_each_step_of_the_clock_counts_anew_and_for_each_by_itself() -> None:
    tries = Steps("tries", timedelta(minutes=10))
    with time_machine.travel("2027-03-01T12:00:00Z", tick=False) as clock:
        assert [tries.count("mia"), tries.count("mia"), tries.count("adam")] == [1, 2, 1]
        assert (tries.counted("mia"), tries.counted("nobody"), tries.left) == (2, 0, 600)
        assert [tries.is_first("olivia"), tries.is_first("olivia"), tries.is_first("theo")] == [True, False, True]
        clock.shift(599)
        assert (tries.counted("mia"), tries.is_first("olivia"), tries.left) == (2, False, 1)
        clock.shift(1)
        assert (tries.counted("mia"), tries.is_first("olivia"), tries.left) == (0, True, 600)


def test_what_is_counted_under_different_names_is_apart() -> None:
    assert Steps("tries", timedelta(minutes=1)).count("mia") == 1
    assert Steps("others", timedelta(minutes=1)).count("mia") == 1
