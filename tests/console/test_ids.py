"""UUIDs of version 7."""

from datetime import UTC, datetime

import time_machine

from console.ids import uuid7

MOMENT = datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC)


def test_an_id_is_a_uuid_of_version_7_that_says_when_it_was_made() -> None:
    with time_machine.travel(datetime(2099, 1, 2, tzinfo=UTC), tick=False):
        made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(datetime(2099, 1, 2, tzinfo=UTC).timestamp() * 1000)


def test_ids_of_one_millisecond_are_in_the_order_of_their_making() -> None:
    with time_machine.travel(MOMENT, tick=False):
        made = [uuid7() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_ids_grow_when_the_clock_steps_back() -> None:
    before = uuid7()
    with time_machine.travel(MOMENT.replace(year=2001), tick=False):
        assert uuid7() > before
