"""How many requests a key may make (issue 5, Deliver 3)."""

import pytest
import time_machine
from django.core.cache import cache
from pytest_django import Settings

from console.api.rates import spend
from tests.api.keying import problem, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOON = "2027-03-01T12:00:00Z"


def test_each_answer_says_how_many_are_left_and_beyond_the_last_one_waits(cast: Cast, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    olivias, adams = program_of(cast.olivia, cast.acme), program_of(cast.adam, cast.acme)
    with time_machine.travel("2027-03-01T12:00:59Z", tick=False):
        answers = [
            olivias.get("/organization"),
            olivias.send("PATCH", "/organization", {"no": 1}),
            olivias.get("/organization", wrong="argument"),
            olivias.get("/organization"),
        ]
        assert [answer.status_code for answer in answers] == [200, 422, 422, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
        assert problem(answers[-1]) == (429, "too-many")
        assert answers[-1].headers["Retry-After"] == answers[-1].headers["RateLimit-Reset"] == "1"
        assert adams.get("/organization").status_code == 200
    with time_machine.travel("2027-03-01T12:01:00Z", tick=False):
        again = olivias.get("/organization")
        assert (again.status_code, again.headers["RateLimit-Remaining"]) == (200, "2")
        assert again.headers["RateLimit-Reset"] == "60"


def test_a_counter_ends_and_none_is_made_without_an_end(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 5
    with time_machine.travel(NOON, tick=False):
        assert [spend("me").remaining for _ in range(3)] == [4, 3, 2]
    with time_machine.travel("2027-03-01T12:00:59Z", tick=False):
        assert spend("me").remaining == 1
    # Evicted between the two steps: counted as the first, and nothing is left behind.
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: True)
    assert spend("somebody").remaining == 4
    with pytest.raises(ValueError, match="somebody"):
        cache.incr("api-rate:somebody:0")
