"""Many spend the same funds at once (ATTACKS 28): what there is goes out, to the cent, and the rest is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from billing.actions.charging import charge
from billing.actions.corrections import correct_entry, give_credit
from billing.actions.ledger import returnable
from billing.actions.locking import lock_account
from billing.actions.promotions import end_promotions, give_promotion
from billing.models import Charge, Entry, Promotion
from billing.periods import month_of
from billing.verifying import Fault, verify
from console.ids import uuid7
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import account_of, fund
from tests.cast import Cast, make_person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

THREADS = 20


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What came of each, by so many threads: "done", or the code of the refusal."""

    def run(call: Callable[[], object]) -> str:
        try:
            call()
        except Refused as refusal:
            return str(refusal.code)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(run, calls))


def spend(organization: Organization, amount: int) -> Charge:
    """Buy something, as every action does that takes money."""
    now = timezone.now()
    with transaction.atomic():
        account, _by = lock_account(organization, Actor.system())
        return charge(
            account,
            kind=Charge.Kind.CHANGE,
            key=f"race:{uuid7()}",
            net=amount,
            start=now,
            end=now,
            month=month_of(now),
        )


def faults() -> list[Fault]:
    """What `verify_ledger` finds."""
    found: list[Fault] = []
    verify(tell=found.append)
    return found


def check_exactly_ten_of(spends: int, cast: Cast) -> None:
    fund(cast.acme, 1000)
    came = at_once(*[lambda: spend(cast.acme, 100)] * spends)
    assert (came.count("done"), came.count("not-covered")) == (10, spends - 10)
    assert account_of(cast.acme).balance == 0
    assert list(Entry.objects.order_by("number").values_list("number", "balance")) == [
        (number, 1100 - 100 * number) for number in range(1, 12)
    ]
    assert not faults()


def test_a_hundred_spends_of_what_covers_ten_are_ten(cast: Cast) -> None:
    check_exactly_ten_of(100, cast)


@pytest.mark.long
def test_a_thousand_spends_of_what_covers_ten_are_ten(cast: Cast) -> None:
    check_exactly_ten_of(1000, cast)


def test_promotional_credit_is_spent_once_and_ends_once_while_many_spend(cast: Cast) -> None:
    fund(cast.acme, 1000)
    ends_at = timezone.now() + timedelta(hours=1)
    for amount in (300, 200):
        give_promotion(organization=cast.acme, amount=amount, ends_at=ends_at, note="Hello", by=Actor.system())
    with time_machine.travel(ends_at + timedelta(minutes=1), tick=True):
        came = at_once(
            *[lambda: spend(cast.acme, 30)] * 30, *[end_promotions] * 4, *[lambda: spend(cast.acme, 30)] * 30
        )
    account = account_of(cast.acme)
    ended = -sum(Entry.objects.filter(reason="expiry").values_list("amount", flat=True))
    bought = 30 * (came.count("done") - 4)
    assert account.balance == 1500 - ended - bought
    assert 0 <= account.balance < 30
    assert not Promotion.objects.filter(left__gt=0).exists()
    assert returnable(account) == account.balance
    assert not faults()


def test_two_of_the_staff_correct_the_same_entry_once_and_send_one_gift_once(cast: Cast) -> None:
    entry, once = fund(cast.acme, 1000), uuid7()
    people = [make_person(f"stella.{number}@example.com", is_staff=True) for number in range(4)]
    staff = [Actor.staff(person.user) for person in people]
    correct = partial(correct_entry, entry=entry, amount=1000, note="A slip")
    came = at_once(*[partial(correct, by=by) for by in staff])
    assert sorted(came) == ["done", "too-much", "too-much", "too-much"]
    gifts = [
        lambda by=by: give_credit(organization=cast.acme, amount=50, note="Sorry", once=once, by=by) for by in staff
    ]
    assert at_once(*gifts) == ["done"] * 4
    assert account_of(cast.acme).balance == 50
    assert not faults()
