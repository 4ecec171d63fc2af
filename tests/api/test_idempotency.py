"""`Idempotency-Key`: sent twice, done once (issue 5, Deliver 3; bad input 2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from audit.models import Event
from organizations.actions import api_tokens
from organizations.actions.api_keys.secrets import issue
from organizations.models import ApiToken, IdempotentRequest
from tests.api.keying import Program, problem, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ONCE = {"Idempotency-Key": "8b1f0e52"}
OLD, NEW = "an-older-key-for-tests-" + "a" * 30, "a-newer-key-for-tests-" + "b" * 30


def make_token(program: Program, minutes: int = 5, headers: dict[str, str] = ONCE) -> Any:
    return program.post("/tokens", {"minutes": minutes}, headers)


@pytest.mark.embedded
def test_what_is_sent_again_is_answered_as_the_first_time_and_done_once(olivias: Program) -> None:
    first, second = make_token(olivias), make_token(olivias)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["RateLimit-Remaining"] == "598"
    assert ApiToken.objects.count() == 1
    # The answer held a secret: it lies here sealed.
    kept = IdempotentRequest.objects.get()
    assert first.json()["token"] not in kept.body + str(kept.headers)


def test_what_is_kept_outlives_the_key_that_closed_it(olivias: Program) -> None:
    """ENCRYPTION_KEYS rotate as docs/operating.md says: the new one first, `reseal`, the old one away."""
    with override_settings(ENCRYPTION_KEYS=[OLD]):
        issued = issue(olivias.key)
        olivias.key.save()
        program = Program(olivias.key, issued.secret)
        first = make_token(program)
    with override_settings(ENCRYPTION_KEYS=[NEW, OLD]):
        call_command("reseal", stdout=StringIO())
    with override_settings(ENCRYPTION_KEYS=[NEW]):
        assert make_token(program).json() == first.json()


def test_the_same_key_with_another_request_is_refused_and_says_which(cast: Cast, olivias: Program) -> None:
    make_token(olivias)
    assert problem(make_token(olivias, minutes=6)) == (422, "idempotency-key-reused")
    # What another program sends under the same name is another request.
    assert make_token(program_of(cast.adam, cast.acme), minutes=6).status_code == 201
    assert ApiToken.objects.count() == 2


def test_after_a_refusal_the_same_key_may_be_sent_corrected(olivias: Program) -> None:
    assert problem(make_token(olivias, minutes=0)) == (422, "invalid")
    assert make_token(olivias).status_code == 201


def test_a_refusal_stays_in_the_log_and_leaves_the_key_free(olivias: Program) -> None:
    token = make_token(olivias, headers={}).json()["token"]
    by_token = {"Authorization": f"Bearer {token}", **ONCE}
    denied = Event.objects.filter(outcome=Event.Outcome.DENIED).count()
    assert problem(make_token(olivias, headers=by_token)) == (409, "by-token")
    assert Event.objects.filter(outcome=Event.Outcome.DENIED).count() >= denied
    assert not IdempotentRequest.objects.exists()


def test_what_fails_on_the_way_leaves_nothing_and_may_be_sent_again(
    olivias: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = api_tokens.make_token

    def make_and_fail(**kwargs: Any) -> None:
        really(**kwargs)
        raise LookupError

    olivias.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(api_tokens, "make_token", make_and_fail)
        assert problem(make_token(olivias)) == (500, "internal")
    assert (ApiToken.objects.count(), IdempotentRequest.objects.count()) == (0, 0)
    assert make_token(olivias).status_code == 201


def test_after_a_day_the_key_is_a_new_one(olivias: Program) -> None:
    make_token(olivias)
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1), tick=False):
        assert "Idempotent-Replayed" not in make_token(olivias, minutes=6).headers
    assert ApiToken.objects.count() == 2


def test_what_is_no_such_key_is_refused(olivias: Program) -> None:
    for nonsense in ("", "x" * 256, "é", "a\tb"):
        assert problem(make_token(olivias, headers={"Idempotency-Key": nonsense})) == (400, "idempotency-key")
    assert make_token(olivias, headers={"Idempotency-Key": "x" * 255}).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.waits
def test_two_at_the_same_moment_do_it_once_and_get_the_same_answer(cast: Cast) -> None:
    program, start = program_of(cast.olivia, cast.acme), Barrier(4)

    def send(_number: int) -> Any:
        start.wait()
        try:
            return make_token(Program(program.key, program.secret)).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, range(4)))
    assert ApiToken.objects.count() == 1
    assert all(answer == answers[0] for answer in answers), answers
