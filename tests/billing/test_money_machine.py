"""Whatever is paid, said late or twice, charged, refunded, disputed, given, changed and slept over: funds are right.

A machine plays people, staff, a gateway and the clock against a model that is typed by hand (money_model.py).
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import hypothesis
import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

from billing.actions.charging import rebill, usage_charge
from billing.actions.corrections import correct_entry, give_credit
from billing.actions.dunning import remind_and_suspend
from billing.actions.invoices.issuing import issue_due
from billing.actions.ledger import returnable
from billing.actions.locking import lock_account
from billing.actions.promotions import end_promotions, give_promotion
from billing.actions.standing import due, review
from billing.actions.subscriptions.cancelling import cancel_plan, resume_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.quoting import quote_change
from billing.actions.subscriptions.renewing import renew_due
from billing.models import Account, Entry, Payment, Period, Plan, Promotion, Refund, Subscription, UsageHour, UsageLine
from billing.verifying import Fault, verify
from console.ids import uuid7
from console.refusal import Refused
from tests.billing.making import make_plan
from tests.billing.money_model import LEAPS, STEPS, Given, Model, Promised, Subscribed
from tests.billing.money_paying import AMOUNTS, STAFF, Paying
from tests.cast import Cast

pytestmark = pytest.mark.django_db

STEPS_OF_AN_EXAMPLE, TRIED_AT_LEAST = 50, 40
SHORT, LONG = 300, 50_000
# Steps between two readings of the whole ledger.
READ_EVERY = 20
# In the middle of the day of a last day of a month, before a leap year.
START = datetime(2027, 10, 31, 10, 30, tzinfo=UTC)
ANY = st.integers(0, 59)


class Machine(Paying, RuleBasedStateMachine):
    """Each example is one transaction, rolled back at its end."""

    plans: ClassVar[list[Plan]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.model = Model(START)
        self.paid = []
        self.given: list[Given] = []
        self.age = 0

    def teardown(self) -> None:
        try:
            self.read_all()
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    @initialize(a=ANY, b=ANY)
    def begin(self, a: int, b: int) -> None:
        """Mostly something was paid and chosen already."""
        if a % 4:
            self.pay(1, 2, 0)
            self.say(1, 0, 1)
            self.choose(b % 2, a % 2, 0)

    @rule(what=st.sampled_from(STEPS), a=ANY, b=ANY, c=ANY)
    def step(self, what: str, a: int, b: int, c: int) -> None:
        """One rule for all, so that each of them comes as often as it stands in `STEPS`."""
        type(self).steps += 1
        self.age += 1
        # A real clock goes on between two things.
        self.shift(timedelta(seconds=61))
        getattr(self, what)(a, b, c)
        if self.age % READ_EVERY == 0:
            self.read_all()

    def promise(self, a: int, b: int, _c: int) -> None:
        amount, days = AMOUNTS[a % len(AMOUNTS)], 1 + b
        ends_at = self.model.now + timedelta(days=days)
        made = give_promotion(organization=self.rival, amount=amount, ends_at=ends_at, note="Hello", by=STAFF)
        promised = Promised(made.pk, ends_at, amount, amount)
        self.model.come(amount)
        self.model.promised.append(promised)
        self.model.keep_within()
        self.model.review()
        self.given.append(Given(made.entries.get(), amount, promised=promised))

    def give(self, a: int, _b: int, _c: int) -> None:
        amount = AMOUNTS[a % len(AMOUNTS)]
        entry = give_credit(organization=self.rival, amount=amount, note="Sorry", by=STAFF)
        self.model.come(amount)
        self.model.review()
        self.given.append(Given(entry, amount))

    def correct(self, a: int, b: int, _c: int) -> None:
        if not self.given:
            return
        given, amount = self.given[a % len(self.given)], AMOUNTS[b % len(AMOUNTS)]
        if self.attempt(
            set() if amount <= given.amount - given.corrected else {"too-much"},
            lambda: correct_entry(entry=given.entry, amount=amount, note="A slip", by=STAFF),
        ):
            given.corrected += amount
            if given.promised:
                given.promised.left -= min(given.promised.left, amount)
            self.model.go(amount)
            self.model.review()

    def choose(self, a: int, b: int, _c: int) -> None:
        """What was shown before is what is taken."""
        plan, interval = self.plans[a % len(self.plans)], ("month", "year")[b % 2]
        account = Account.objects.of(self.rival)
        try:
            quoted = quote_change(account, plan, interval)
        except Refused:
            with pytest.raises(Refused):
                choose_plan(organization=self.rival, plan=plan, interval=interval, by=self.rita)
            return
        is_covered = quoted.total <= self.model.balance or not quoted.total
        if self.attempt(
            set() if is_covered else {"not-covered"},
            lambda: choose_plan(organization=self.rival, plan=plan, interval=interval, seen=quoted.total, by=self.rita),
        ):
            if quoted.credited and quoted.total:
                self.model.put_back(-quoted.credited.total)
            if quoted.charged and quoted.total:
                self.model.buy(quoted.charged.total)
            self.model.subscribed = self.subscription()
            self.model.review()

    def cancel(self, a: int, _b: int, _c: int) -> None:
        found = self.model.subscribed
        if a % 3 == 0:
            expected = set() if found and (found.ends or found.coming) else {"unchanged"}
            if self.attempt(expected, lambda: resume_plan(organization=self.rival, by=self.rita)) and found:
                found.ends, found.coming = False, None
            return
        expected = {"standard"} if found is None else {"cancelled"} if found.ends else set()
        if self.attempt(expected, lambda: cancel_plan(organization=self.rival, by=self.rita)) and found:
            found.ends, found.coming = True, None
            if found.state == "past_due":
                self.model.subscribed = None
            self.model.review()

    def use(self, a: int, b: int, _c: int) -> None:
        """Something ran for some hours of this month."""
        price, hours = Decimal(["0.0042", "0.3333", "12.5"][a % 3]), 1 + b
        with transaction.atomic():
            account, by = lock_account(self.rival, STAFF)
            charged = usage_charge(account, self.model.now.date().replace(day=1))
            line = UsageLine.objects.create(
                charge=charged,
                month=charged.month,
                service_id=uuid7(),
                project_id=uuid7(),
                size_id=uuid7(),
                price=price,
                hours=hours,
                amount=price * hours,
            )
            whole = self.model.now.replace(minute=0, second=0)
            UsageHour.objects.bulk_create(
                UsageHour(line=line, service_id=line.service_id, hour=whole + timedelta(hours=number))
                for number in range(hours)
            )
            rebill(charged, sum(charged.usage.values_list("amount", flat=True), Decimal(0)))
            review(account, by=by)
        self.model.use(price * hours * 100)
        self.model.review()

    def sleep(self, a: int, b: int, _c: int) -> None:
        """Time goes by; beat may be down, and its tasks come in any order."""
        self.shift(LEAPS[a % len(LEAPS)])
        beats: list[tuple[Callable[[], object], Callable[[], object]]] = [
            (renew_due, self.model.renew),
            (end_promotions, self.model.end_promised),
            (remind_and_suspend, self.model.remind),
            (issue_due, lambda: None),
        ]
        for number in range((0, 1, 3, 4, 4)[b % 5]):
            ours, theirs = beats[(b + number) % len(beats)]
            ours()
            theirs()

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        """In few queries, for it is asked after each step."""
        account, model = Account.objects.select_related("organization").filter(pk=self.rival.pk).first(), self.model
        if account is None:
            assert not model.balance
            return
        assert account.organization is not None
        assert (account.balance, account.past_due_since) == (model.balance, model.past_due_since)
        # Owed is what has happened already, and nothing else.
        assert account.balance >= 0 or account.past_due_since
        assert (account.organization.suspended_for == "past_due") == model.is_suspended
        left = dict(Promotion.objects.filter(account=account).values_list("pk", "left"))
        assert left == {promised.pk: promised.left for promised in model.promised}
        assert self.subscription() == model.subscribed

    def read_all(self) -> None:
        """`verify_ledger` finds nothing, and no period was charged twice, nor one without an end of the former."""
        found: list[Fault] = []
        verify(tell=found.append)
        assert not found
        account = Account.objects.of(self.rival)
        assert (returnable(account), due(account)) == (self.model.returnable, self.model.due)
        states = dict(Payment.objects.values_list("pk", "state"))
        assert states == {paid.pk: paid.state for paid in self.paid}
        assert Entry.objects.filter(reason="top_up").count() == sum(paid.state == "paid" for paid in self.paid)
        done = Refund.objects.filter(state="done").count()
        assert done == sum(refund.state == "done" for paid in self.paid for refund in paid.refunds)
        for subscription in Subscription.objects.all():
            periods = list(Period.objects.filter(subscription=subscription).order_by("number"))
            assert [period.number for period in periods] == list(range(len(periods)))

    def subscription(self) -> Subscribed | None:
        """The subscription as it is, in the model's words."""
        found = Subscription.objects.current().filter(account=self.rival.pk).select_related("plan", "next_plan").first()
        if found is None:
            return None
        return Subscribed(
            prices=_prices(found.plan),
            interval=found.interval,
            state=found.state,
            anchor=found.anchor,
            first=found.first,
            number=found.number,
            end=found.period_end,
            ends=found.ends,
            coming=(_prices(found.next_plan), found.next_interval) if found.next_plan else None,
        )


def _prices(plan: Plan) -> dict[str, int]:
    return {"month": plan.monthly or 0, "year": plan.yearly or 0}


def run(cast: Cast, steps: int, **more: Any) -> type[Machine]:
    """Play so many steps, and say how it went."""
    plans = [
        make_plan("small", 2000, yearly=20_000),
        make_plan("large", 4999, yearly=49_999),
        make_plan("tried", 3000, yearly=30_000, trial_days=14),
    ]
    known = {"rita": cast.rita.actor(cast.rival), "rival": cast.rival, "plans": plans}
    played: type[Machine] = type("Played", (Machine,), known)
    if "seed" in more:
        played = hypothesis.seed(more.pop("seed"))(played)
    how = hypothesis.settings(
        max_examples=steps // TRIED_AT_LEAST,
        stateful_step_count=STEPS_OF_AN_EXAMPLE,
        deadline=None,
        database=None,
        # Not shrunk: that takes minutes, and the steps are shown as they were.
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        **more,
    )
    run_state_machine_as_test(played, settings=how)
    print(f"{played.steps} steps, {played.refusals} of them refused.")  # noqa: T201 -- -rP shows it
    return played


@pytest.fixture(autouse=True)
def _vat(settings: Settings) -> None:
    settings.SELLER_COUNTRY, settings.SELLER_VAT_NUMBER = "FR", "FR12345678901"


def test_three_hundred_steps_lose_no_cent(cast: Cast) -> None:
    # The same steps each time: a test that fails here fails for everybody.
    assert run(cast, SHORT, derandomize=True).steps >= SHORT


@pytest.mark.long
def test_fifty_thousand_steps_lose_no_cent(cast: Cast) -> None:
    number = random.randrange(2**32)
    # Shown where it fails: put the number here to play the same steps again.
    print(f"The seed is {number}.")  # noqa: T201 -- shown with a failure
    assert run(cast, LONG, seed=number).steps >= LONG
