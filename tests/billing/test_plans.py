"""Plans: chosen, tried, changed, cancelled; what is charged for them, and what they allow."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from billing.actions import standing
from billing.actions.ledger import NotCovered
from billing.actions.subscriptions import current, next_charge, plan_of
from billing.actions.subscriptions.cancelling import cancel_plan, resume_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.renewing import renew_due
from billing.models import Account, Charge, Period, Plan, Subscription
from console.refusal import Refused
from organizations.models import Details, Organization
from tests.billing.making import account_of, fund, make_plan
from tests.cast import Cast

DAY = timedelta(days=1)


def choose(cast: Cast, plan: Plan, interval: str = "month", **seen: Any) -> Subscription:
    """Olivia chooses a plan for Acme."""
    return choose_plan(organization=cast.acme, plan=plan, interval=interval, by=cast.olivia.actor(cast.acme), **seen)


def cancel(cast: Cast) -> Subscription:
    return cancel_plan(organization=cast.acme, by=cast.olivia.actor(cast.acme))


def balance(cast: Cast) -> int:
    return account_of(cast.acme).balance


def plan_now(cast: Cast) -> str:
    return plan_of(account_of(cast.acme)).key


def charges(cast: Cast) -> list[tuple[str, str, int]]:
    rows = Charge.objects.filter(account=cast.acme.pk).order_by("id")
    return [(row.kind, row.plan_name, row.net) for row in rows]


def test_who_has_chosen_none_has_the_standard_plan_which_is_free_and_unlimited(cast: Cast) -> None:
    account = Account.objects.of(cast.acme)
    assert (plan_of(account).key, plan_of(account).is_free, current(account), next_charge(account)) == (
        "free", True, None, None
    )  # fmt: skip
    make_plan("basic", monthly=0, is_standard=True)
    assert plan_of(account).key == "basic"


@time_machine.travel("2026-03-31T10:00Z", tick=False)
def test_a_plan_is_paid_ahead_from_the_funds(cast: Cast) -> None:
    fund(cast.acme, 5000)
    subscription = choose(cast, make_plan(monthly=2000), seen=2000)
    upcoming = next_charge(account_of(cast.acme))
    assert (balance(cast), charges(cast)) == (3000, [("period", "Team", 2000)])
    assert subscription.period_end.isoformat() == "2026-04-30T10:00:00+00:00"
    assert upcoming is not None
    assert (upcoming.at, upcoming.total) == (subscription.period_end, 2000)


def test_what_the_funds_do_not_cover_is_not_chosen(cast: Cast) -> None:
    fund(cast.acme, 1999)
    with pytest.raises(NotCovered, match=r"€0\.01 is missing"):
        choose(cast, make_plan(monthly=2000))
    assert (balance(cast), Subscription.objects.count(), Charge.objects.count()) == (1999, 0, 0)


def test_only_the_amount_that_was_seen_is_charged(cast: Cast) -> None:
    fund(cast.acme, 9000)
    plan = make_plan(monthly=2000)
    with pytest.raises(Refused, match=r"€20\.00 are taken now") as refused:
        choose(cast, plan, seen=1000, seen_price=2000)
    assert refused.value.code == "changed"
    with pytest.raises(Refused, match="changed since you looked"):
        choose(cast, plan, seen=2000, seen_price=1500)
    choose(cast, plan, seen=2000, seen_price=2000)
    # A second tab.
    with pytest.raises(Refused, match="already"):
        choose(cast, plan, seen=2000, seen_price=2000)
    assert balance(cast) == 7000


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_dearer_plan_begins_now_and_costs_the_difference_for_the_days_that_are_left(cast: Cast) -> None:
    fund(cast.acme, 10_000)
    choose(cast, make_plan(monthly=3000))
    business = make_plan("business", monthly=6000)
    with time_machine.travel("2026-04-16T00:00Z", tick=False):
        choose(cast, business, seen=1500)
        assert (balance(cast), plan_now(cast)) == (5500, "business")
        # Once more on the same day: what is unused is business's.
        choose(cast, make_plan("huge", monthly=9000), seen=1500)
    assert charges(cast) == [
        ("period", "Team", 3000),
        ("change", "Team", -1500),
        ("change", "Business", 3000),
        ("change", "Business", -3000),
        ("change", "Huge", 4500),
    ]
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        fund(cast.acme, 9000)
        renew_due()
    assert charges(cast)[-1] == ("period", "Huge", 9000)
    assert Period.objects.count() == 2


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_cheaper_plan_begins_when_the_period_is_over(cast: Cast) -> None:
    fund(cast.acme, 9000)
    business, team = make_plan("business", monthly=6000), make_plan(monthly=2000)
    choose(cast, business)
    choose(cast, team, seen=0, seen_price=2000)
    assert (balance(cast), plan_now(cast)) == (3000, "business")
    with pytest.raises(Refused, match="changes to this one already"):
        choose(cast, team)
    upcoming = next_charge(account_of(cast.acme))
    assert upcoming is not None
    assert (upcoming.plan, upcoming.total) == (team, 2000)
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        renew_due()
        assert (balance(cast), plan_now(cast), current(account_of(cast.acme)).next_plan) == (1000, "team", None)


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_from_months_to_years_is_now_from_a_new_beginning_and_back_at_the_years_end(cast: Cast) -> None:
    fund(cast.acme, 40_000)
    plan = make_plan(monthly=3000, yearly=30_000)
    choose(cast, plan)
    with time_machine.travel("2026-04-21T12:00Z", tick=False):
        # Ten days of thirty are left, the one that has begun among them.
        choose(cast, plan, "year", seen=29_000)
        subscription = current(account_of(cast.acme))
        assert subscription is not None
        assert (balance(cast), subscription.period_end.isoformat()) == (8000, "2027-04-21T12:00:00+00:00")
        choose(cast, plan, "month", seen=0)
    with time_machine.travel("2027-04-21T12:00Z", tick=False):
        renew_due()
        subscription = current(account_of(cast.acme))
        assert subscription is not None
        assert (balance(cast), subscription.interval, subscription.period_end.isoformat()) == (
            5000,
            "month",
            "2027-05-21T12:00:00+00:00",
        )
    assert list(Period.objects.order_by("number").values_list("number", "net")) == [(0, 3000), (1, 30_000), (2, 3000)]


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_what_is_given_back_bears_the_vat_that_was_paid(cast: Cast, settings: Any) -> None:
    settings.SELLER_COUNTRY, settings.SELLER_VAT_NUMBER = "DE", "DE123456789"
    details = Details.objects.create(organization=cast.acme, country="FR", company="Acme", vat_number="FR1")
    fund(cast.acme, 500_000)
    plan = make_plan(monthly=10_000, yearly=100_000)
    # Reverse charge: no VAT was paid.
    choose(cast, plan, seen=10_000)
    details.vat_number = ""
    details.save()
    with time_machine.travel("2026-04-16T00:00Z", tick=False):
        choose(cast, plan, "year", seen=120_000 - 5000)
    assert list(Charge.objects.filter(kind="change").values_list("net", "vat", "treatment")) == [
        (-5000, 0, "reverse_charge")
    ]


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_while_a_period_waits_to_be_renewed_a_change_charges_nothing_twice_and_leaves_nothing_out(cast: Cast) -> None:
    fund(cast.acme, 100_000)
    choose(cast, make_plan(monthly=2000))
    with time_machine.travel("2026-05-01T00:01Z", tick=False):
        choose(cast, make_plan("business", monthly=3000, yearly=30_000), seen=0)
        assert balance(cast) == 98_000
        subscription = choose(cast, Plan.objects.get(key="business"), "year", seen=30_000)
        assert subscription.period_start.isoformat() == "2026-05-01T00:00:00+00:00"
        renew_due()
    assert charges(cast) == [("period", "Team", 2000), ("period", "Business", 30_000)]


def test_a_change_is_never_dearer_than_the_new_plans_full_price(cast: Cast) -> None:
    fund(cast.acme, 1_000_000)
    start = timezone.now()
    choose(cast, make_plan(monthly=1))
    for number, price in enumerate((9999, 12_345, 99_999)):
        before = balance(cast)
        with time_machine.travel(start + number * 9 * DAY + timedelta(minutes=1), tick=False):
            choose(cast, make_plan(f"plan-{number}", monthly=price))
        assert 0 < before - balance(cast) <= price


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_plan_is_tried_once_and_goes_on_when_the_funds_cover_it(cast: Cast) -> None:
    plan = make_plan(monthly=2000, trial_days=14, projects=5)
    subscription = choose(cast, plan, seen=0)
    assert (subscription.state, plan_now(cast), Charge.objects.count()) == ("trial", "team", 0)
    # Another one that can be tried takes its place, until the same day.
    other = make_plan("other", monthly=4000, trial_days=30)
    choose(cast, other, seen=0)
    choose(cast, plan, seen=0)
    fund(cast.acme, 2500)
    with time_machine.travel("2026-04-15T00:00Z", tick=False):
        renew_due()
        assert (balance(cast), plan_now(cast)) == (500, "team")
        cancel(cast)
    with time_machine.travel("2026-05-15T00:00Z", tick=False):
        renew_due()
        assert plan_now(cast) == "free"
        fund(cast.acme, 2000)
        # A second trial there is not.
        assert choose(cast, plan, seen=2000).state == "active"


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_trial_that_the_funds_do_not_cover_ends_in_the_standard_plan(cast: Cast) -> None:
    choose(cast, make_plan(monthly=2000, trial_days=14, projects=5))
    fund(cast.acme, 1999)
    with time_machine.travel("2026-04-15T00:00Z", tick=False):
        renew_due()
        account = account_of(cast.acme)
        assert (plan_of(account).key, account.balance, account.past_due_since, standing.due(account)) == (
            "free", 1999, None, 0
        )  # fmt: skip
        assert cast.acme.allowances.count() == 0


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_cancelled_plan_works_until_its_period_is_over(cast: Cast) -> None:
    fund(cast.acme, 9000)
    choose(cast, make_plan(monthly=2000, projects=3))
    cancel(cast)
    with pytest.raises(Refused, match="cancelled already"):
        cancel(cast)
    assert (plan_now(cast), next_charge(account_of(cast.acme))) == ("team", None)
    resume_plan(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    with pytest.raises(Refused, match="not going to end or to change"):
        resume_plan(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    cancel(cast)
    with time_machine.travel("2026-04-30T23:59Z", tick=False):
        renew_due()
        assert plan_now(cast) == "team"
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        renew_due()
        assert (plan_now(cast), balance(cast), cast.acme.allowances.count()) == ("free", 7000, 0)
        with pytest.raises(Refused, match="no plan to cancel"):
            cancel(cast)


def test_a_plan_brings_its_limits_and_staff_s_count_more(cast: Cast) -> None:
    fund(cast.acme, 90_000)
    cast.acme.allowances.create(name="projects", amount=50, source="staff")
    choose(cast, make_plan(projects=3, services=7))
    assert limits(cast.acme) == {"projects": 3, "services": 7}
    assert (cast.acme.allowed("projects"), cast.acme.allowed("services")) == (50, 7)  # type: ignore[arg-type]
    choose(cast, make_plan("business", monthly=6000, services=70))
    assert limits(cast.acme) == {"services": 70}


def limits(organization: Organization) -> dict[str, int]:
    return dict(organization.allowances.filter(source="plan").values_list("name", "amount"))


def test_what_is_not_offered_any_more_goes_on_for_who_has_it_and_for_nobody_else(cast: Cast) -> None:
    fund(cast.acme, 9000)
    plan = make_plan(monthly=2000)
    choose(cast, plan)
    Plan.objects.update(is_offered=False)
    with time_machine.travel(timezone.now() + 32 * DAY, tick=False):
        renew_due()
    assert balance(cast) == 5000
    with pytest.raises(Refused, match="not offered any more"):
        choose_plan(organization=cast.rival, plan=plan, interval="month", by=cast.rita.actor(cast.rival))


def test_who_may_not_pay_chooses_nothing(cast: Cast) -> None:
    plan = make_plan(monthly=0)
    with pytest.raises(Refused, match="pay"):
        choose_plan(organization=cast.acme, plan=plan, interval="month", by=cast.theo.actor(cast.acme))
    with pytest.raises(Refused, match="pay"):
        choose_plan(organization=cast.rival, plan=plan, interval="month", by=cast.olivia.actor(cast.acme))
    for interval in ("year", "week"):
        with pytest.raises(Refused, match="no price for this interval"):
            choose(cast, plan, interval)
    assert choose(cast, plan).plan == plan
