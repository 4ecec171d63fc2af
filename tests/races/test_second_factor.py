"""One answer, given ten times at the same instant: it counts once (ATTACKS 12)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.actions import verify_factor
from accounts.factors import AUTHENTICATOR, BACKUP_CODES
from accounts.factors.kinds import Kind
from accounts.models import Authenticator, BackupCodes, FactorGuard, User
from audit.actors import ActorKind
from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from tests.accounts.factors import App, give_app, give_codes
from tests.races.together import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.waits]

THREADS = 10

numbers = count(1)


@dataclass
class Contest:
    """A kind of factor, and how to come by another right answer in each round."""

    kind: Kind
    next_answer: Callable[[User, App, int], str]


def app_code(user: User, app: App, number: int) -> str:
    """The code of the present step, as if none had been used yet."""
    Authenticator.objects.filter(pk=app.device.pk).update(last_step=0)
    return app.code()


def backup_code(user: User, app: App, number: int) -> str:
    """One of new ones."""
    BackupCodes.objects.filter(user=user).delete()
    return give_codes(user)[0]


CONTESTS = {
    "authenticator": Contest(AUTHENTICATOR, app_code),
    "backup code": Contest(BACKUP_CODES, backup_code),
}


def attempt(user: User, kind: Kind, answer: str) -> Callable[[], bool]:
    """Gives the answer; whether it was taken."""

    def run() -> bool:
        try:
            verify_factor(user=user, kind=kind, answer=answer, by=Actor(kind=ActorKind.USER, user=user))
        except Refused:
            return False
        return True

    return run


@pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CONTESTS)
def test_of_ten_at_once_one_is_taken(name: str, rounds: int) -> None:
    contest = CONTESTS[name]
    user = User.objects.create_user(f"racer.{next(numbers)}@example.com")
    app = give_app(user)
    taken = []
    for number in range(rounds):
        # What the losers' wrong answers begin is another test's.
        FactorGuard.objects.filter(user=user).delete()
        answer = contest.next_answer(user, app, number)
        runs = [attempt(user, contest.kind, answer) for _ in range(THREADS)]
        taken.append(sum(together(*runs)))  # type: ignore[arg-type] # no answers of pages, but of actions
    assert taken == [1] * rounds


@pytest.mark.parametrize("name", CONTESTS)
def test_the_lock_is_not_all_that_holds(name: str) -> None:
    """Marking an answer as used is one statement: without the lock of the user, too, one success."""
    contest = CONTESTS[name]
    user = User.objects.create_user(f"racer.{next(numbers)}@example.com")
    app = give_app(user)
    for number in range(20):
        answer = contest.next_answer(user, app, number)
        verify = contest.kind.verify
        found = together(*[lambda: verify(user, answer) for _ in range(THREADS)])  # type: ignore[arg-type] # noqa: B023
        assert sum(factor is not None for factor in found) == 1


def test_guesses_at_the_same_instant_are_counted_one_by_one() -> None:
    user = User.objects.create_user(f"racer.{next(numbers)}@example.com")
    app = give_app(user)
    with time_machine.travel(timezone.now(), tick=False):
        together(*[attempt(user, AUTHENTICATOR, app.wrong_code()) for _ in range(THREADS)])  # type: ignore[arg-type]
    assert FactorGuard.objects.get(user=user).failures == 3
    assert Event.objects.filter(action="account.factor_verified", subject_id=user.pk).count() == 3


def test_a_right_code_among_guesses_is_not_what_ends_the_pause() -> None:
    user = User.objects.create_user(f"racer.{next(numbers)}@example.com")
    app = give_app(user)
    wrong = app.wrong_code()
    for _ in range(3):
        attempt(user, AUTHENTICATOR, wrong)()
    runs = [attempt(user, AUTHENTICATOR, app.code()) for _ in range(THREADS)]
    assert sum(together(*runs)) == 0  # type: ignore[arg-type]
    assert connection.vendor == "postgresql"
