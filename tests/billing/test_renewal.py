"""Renewals: one charge a period, whatever beat, workers, clocks and calendars do."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.actions import standing
from billing.actions.subscriptions import current, plan_of
from billing.actions.subscriptions.announcing import tell_of_ends, tell_of_prices
from billing.actions.subscriptions.cancelling import end_subscription
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.limits import apply_plans
from billing.actions.subscriptions.renewing import renew_due
from billing.models import Charge, Period, Plan, Subscription
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import account_of, fund, make_plan
from tests.cast import Cast
from tests.reading import mails_to

OLIVIA = "olivia.owner@example.com"


def subscribe(cast: Cast, plan: Plan, funds: int, interval: str = "month") -> Subscription:
    fund(cast.acme, funds)
    return choose_plan(organization=cast.acme, plan=plan, interval=interval, by=cast.olivia.actor(cast.acme))


def starts() -> list[str]:
    return [start.isoformat()[:16] for start in Period.objects.order_by("number").values_list("start", flat=True)]


def renew_at(moment: str) -> int:
    with time_machine.travel(moment, tick=False):
        return renew_due()


@time_machine.travel("2027-11-30T23:30Z", tick=False)
def test_each_month_is_charged_once_by_the_calendar_of_utc(cast: Cast) -> None:
    subscribe(cast, make_plan(monthly=1000), 100_000)
    # Here it is the 31st at 23:30 already, there the 29th: the server's zone does not matter.
    with timezone.override("Pacific/Auckland"):
        assert renew_at("2027-12-30T23:29Z") == 0
        assert renew_at("2027-12-30T23:30Z") == 1
    for moment in ("2027-12-30T23:30Z", "2028-01-30T23:30Z", "2028-02-29T23:29Z", "2028-02-29T23:30Z"):
        renew_at(moment)
    # A clock that goes back, and beat that comes twice.
    for moment in ("2028-01-01T00:00Z", "2028-03-30T23:30Z", "2028-03-30T23:31Z"):
        renew_at(moment)
    assert starts() == [
        "2027-11-30T23:30", "2027-12-30T23:30", "2028-01-30T23:30", "2028-02-29T23:30", "2028-03-30T23:30",
    ]  # fmt: skip
    assert account_of(cast.acme).balance == 95_000


@time_machine.travel("2028-02-29T12:00Z", tick=False)
def test_a_year_from_the_29th_of_february(cast: Cast) -> None:
    subscribe(cast, make_plan(monthly=None, yearly=1000), 100_000, "year")
    for year in range(2029, 2033):
        renew_at(f"{year}-03-01T00:00Z")
    assert [start[:10] for start in starts()] == ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


@time_machine.travel("2026-01-31T10:00Z", tick=False)
def test_after_three_months_without_beat_each_period_is_charged_as_far_as_the_funds_go(cast: Cast) -> None:
    subscribe(cast, make_plan(monthly=2000), 6500)
    renew_at("2026-05-02T00:00Z")
    subscription = current(account_of(cast.acme))
    assert subscription is not None
    assert [start[:10] for start in starts()] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert (subscription.state, account_of(cast.acme).balance) == ("past_due", 500)
    # All on the invoice of the month in which they are charged: the former ones are issued.
    assert {str(month) for month in Charge.objects.values_list("month", flat=True)} == {"2026-01-01", "2026-05-01"}


@time_machine.travel("2026-01-31T10:00Z", tick=False)
def test_what_is_closed_or_gone_meanwhile_is_not_charged(cast: Cast) -> None:
    plan = make_plan(monthly=2000, projects=1)
    subscribe(cast, plan, 9000)
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    renew_at("2026-03-01T00:00Z")
    assert (current(account_of(cast.acme)), account_of(cast.acme).balance) == (None, 7000)
    Organization.objects.filter(pk=cast.acme.pk).update(status="active", closed_at=None)
    subscribe(cast, plan, 0 + 2000)
    account = account_of(cast.acme)
    end_subscription(account, by=Actor.system())
    end_subscription(account, by=Actor.system())
    assert plan_of(account).key == "free"
    subscribe(cast, plan, 2000)
    cast.acme.delete()
    renew_at("2026-05-01T00:00Z")
    assert Subscription.objects.current().count() == 0


def test_one_that_fails_does_not_keep_the_others_from_being_renewed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    plan = make_plan(monthly=2000)
    subscribe(cast, plan, 9000)
    fund(cast.rival, 9000)
    choose_plan(organization=cast.rival, plan=plan, interval="month", by=cast.rita.actor(cast.rival))
    reviewed = standing.review

    def review(account: object, *, by: Actor) -> None:
        if account == account_of(cast.acme):
            raise RuntimeError("Something of this one")
        reviewed(account, by=by)  # type: ignore[arg-type]

    monkeypatch.setattr(standing, "review", review)
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        renew_due()
        assert (account_of(cast.acme).balance, account_of(cast.rival).balance) == (7000, 5000)
        assert "could not be renewed" in caplog.text
        monkeypatch.setattr(standing, "review", reviewed)
        renew_due()
    assert (account_of(cast.acme).balance, account_of(cast.rival).balance) == (5000, 5000)


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_who_pays_is_told_before_a_trial_or_a_year_is_over_once(cast: Cast) -> None:
    subscribe(cast, make_plan(monthly=2000, yearly=20_000, trial_days=14), 100)
    for moment in ("2026-04-11T23:59Z", "2026-04-12T00:00Z", "2026-04-13T00:00Z"):
        with time_machine.travel(moment, tick=False):
            tell_of_ends()
    told = mails_to(OLIVIA, "plan-trial-ending")
    assert [mail.subject for mail in told] == ["The trial of Team for Acme ends on 15 April 2026"]
    assert "It then costs €20.00, which the funds do not cover" in told[0].text
    assert not mails_to("theo.tech@example.com")
    fund(cast.acme, 50_000)
    renew_at("2026-04-15T00:00Z")
    with time_machine.travel("2026-04-15T00:00Z", tick=False):
        plan = Plan.objects.get()
        choose_plan(organization=cast.acme, plan=plan, interval="year", by=cast.olivia.actor(cast.acme))
    for moment in ("2027-03-31T00:00Z", "2027-04-02T00:00Z", "2027-04-03T00:00Z"):
        with time_machine.travel(moment, tick=False):
            tell_of_ends()
    (told,) = [mails_to(OLIVIA, "plan-year-ending")]
    assert [mail.subject for mail in told] == ["Team is renewed on 15 April 2027"]
    assert "€200.00 will be taken from the funds" in told[0].text


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_price_counts_from_the_next_period_on_and_a_rise_is_told_before_once(cast: Cast) -> None:
    plan = make_plan(monthly=2000)
    subscribe(cast, plan, 9000)
    for price in (1500, 1800, 2500):
        Plan.objects.update(monthly=price)
        tell_of_prices()
        tell_of_prices()
    (told,) = mails_to(OLIVIA, "plan-price")
    assert "From 1 May 2026 on, Team costs €25.00 a month instead of €20.00, without VAT." in told.text
    assert account_of(cast.acme).balance == 7000
    renew_at("2026-05-01T00:00Z")
    assert account_of(cast.acme).balance == 4500


def test_limits_follow_the_plan_of_everybody_who_has_it(cast: Cast) -> None:
    plan = make_plan(monthly=2000, projects=3)
    subscribe(cast, plan, 9000)
    assert apply_plans() == 0
    Plan.objects.filter(pk=plan.pk).update(projects=5, services=2)
    assert apply_plans() == 1
    assert (cast.acme.allowed("projects"), cast.acme.allowed("services")) == (5, 2)  # type: ignore[arg-type]
    # Everybody else gets those of a standard plan, new organizations among them; and loses them with it.
    make_plan("basic", monthly=0, is_standard=True, projects=1)
    others = Organization.objects.count() - 1
    assert (apply_plans(), apply_plans()) == (others, 0)
    assert cast.rival.allowed("projects") == 1  # type: ignore[arg-type]
    Plan.objects.filter(key="basic").update(is_standard=False)
    assert apply_plans() == others
    assert cast.rival.allowed("projects") is None  # type: ignore[arg-type]
