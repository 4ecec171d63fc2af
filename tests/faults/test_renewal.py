"""A worker that dies while it renews a subscription, and two workers at once: one charge a period (issue 7)."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from billing.actions.subscriptions import advancing, current
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.renewing import renew_due
from billing.models import Charge, Entry, Period, Plan, Subscription
from billing.periods import start_of
from tests.billing.making import account_of, fund, make_plan
from tests.cast import Cast
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

CHANGE = "/o/acme/billing/plan/change/?interval=month&plan="


@pytest.fixture
def over(cast: Cast) -> Cast:
    """Acme has a plan for 20 euros, whose period is over; the funds cover three more."""
    fund(cast.acme, 8000)
    choose_plan(organization=cast.acme, plan=make_plan(), interval="month", by=cast.olivia.actor(cast.acme))
    month_ago = timezone.now() - timedelta(days=33)
    Subscription.objects.update(anchor=month_ago, period_start=month_ago, period_end=start_of(month_ago, "month", 1))
    Period.objects.update(start=month_ago, end=start_of(month_ago, "month", 1))
    return cast


def charged(cast: Cast) -> tuple[int, int, int, int]:
    return Charge.objects.count(), Period.objects.count(), Entry.objects.count(), account_of(cast.acme).balance


def answered(work: Callable[[], object]) -> Callable[[], HttpResponse]:
    def do() -> HttpResponse:
        work()
        return HttpResponse()

    return do


def test_a_worker_that_dies_between_booking_and_commit_has_charged_nothing(
    over: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> NoReturn:
        # The server has the entry, and the connection is gone: as when the machine is.
        assert Entry.objects.count() == 3
        os.close(connection.connection.fileno())
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(advancing, "apply_limits", die)
        with pytest.raises(SystemExit):
            renew_due()
    connection.connection = None
    connection.close()
    assert charged(over) == (1, 1, 2, 6000)
    renew_due()
    renew_due()
    assert charged(over) == (2, 2, 3, 4000)


def test_several_workers_at_once_charge_it_once(over: Cast) -> None:
    together(*[answered(renew_due) for _each in range(4)])
    assert charged(over) == (2, 2, 3, 4000)
    subscription = current(account_of(over.acme))
    assert subscription is not None
    assert (subscription.number, subscription.state) == (1, "active")


def test_two_tabs_that_choose_at_once_charge_one_of_them(cast: Cast) -> None:
    fund(cast.acme, 5000)
    make_plan(monthly=2000)
    make_plan("business", monthly=3000)
    one, other = browser(cast.olivia), browser(cast.bella)
    team, business = {"seen": 2000, "seen_price": 2000}, {"seen": 3000, "seen_price": 3000}
    answers = together(lambda: one.post(f"{CHANGE}team", team), lambda: other.post(f"{CHANGE}team", team))
    # The second is led back to the page of the plan, which says that it has it.
    assert statuses(answers) == [302, 302]
    assert charged(cast) == (1, 1, 2, 3000)
    answers = together(
        lambda: one.post(f"{CHANGE}business", {**business, "seen": 1000}),
        lambda: other.post("/o/acme/billing/plan/cancellation/"),
    )
    assert statuses(answers) == [302, 302]
    subscription = current(account_of(cast.acme))
    assert subscription is not None
    assert (subscription.plan.key, account_of(cast.acme).balance) == ("business", 2000)


def test_a_plan_is_renewed_or_changed_never_both_for_one_period(over: Cast) -> None:
    make_plan("business", monthly=3000)
    one = browser(over.olivia)
    # Seen before the period was over, when little of it was left.
    seen = {"seen": 0, "seen_price": 3000}
    together(answered(renew_due), lambda: one.post(f"{CHANGE}business", seen))
    renew_due()
    subscription = current(account_of(over.acme))
    assert subscription is not None
    numbers = list(Period.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [0, 1]
    assert account_of(over.acme).balance == (4000 if subscription.plan == Plan.objects.get(key="team") else 3000)
