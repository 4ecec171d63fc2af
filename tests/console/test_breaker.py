"""The breaker."""

import pytest

from console.breaker import Breaker, Resting


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(rest=5, slow=0.6, clock=clock)


def fail(breaker: Breaker) -> None:
    with pytest.raises(OSError, match="down"), breaker.guard(OSError):
        raise OSError("down")


def is_resting(breaker: Breaker) -> bool:
    try:
        with breaker.guard(OSError):
            return False
    except Resting:
        return True


def test_a_service_that_failed_is_left_alone_for_a_while(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    assert is_resting(breaker)
    clock.now += 5
    assert not is_resting(breaker)
    assert not is_resting(breaker)


def test_a_service_that_answers_slowly_is_left_alone_too(breaker: Breaker, clock: Clock) -> None:
    with breaker.guard(OSError):
        clock.now += 0.7
    assert is_resting(breaker)


def test_only_one_caller_tries_whether_it_is_back(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 5
    with breaker.guard(OSError):
        assert is_resting(breaker)
    assert not is_resting(breaker)


def test_an_error_of_the_caller_says_nothing_about_the_service(breaker: Breaker) -> None:
    with pytest.raises(ValueError, match="not there"), breaker.guard(OSError):
        raise ValueError("not there")
    assert not is_resting(breaker)
