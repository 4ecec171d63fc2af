"""What is not paid for: reminders, days of grace, suspension, and how a payment ends it all."""

import pytest
import time_machine

from accounts.models import Notification
from audit.models import Event
from billing.actions import standing
from billing.actions.dunning import remind_and_suspend
from billing.actions.ledger import book
from billing.actions.subscriptions import current, next_charge, plan_of
from billing.actions.subscriptions.cancelling import cancel_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.renewing import renew_due
from billing.models import Account, Charge, Plan, Reason
from console.refusal import Refused
from organizations.actions import reactivate_organization, suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import account_of, fund, make_charge, make_plan
from tests.cast import Cast
from tests.reading import mails_to

BELLA = "bella.billing@example.com"
SYSTEM = Actor.system()


@pytest.fixture
def unpaid(cast: Cast) -> Cast:
    """Acme has a plan for 20 euros from the 1st of April on, and 5 left when May begins; it is past due since then."""
    with time_machine.travel("2026-04-01T00:00Z", tick=False):
        fund(cast.acme, 2500)
        plan = make_plan(monthly=2000, projects=5)
        choose_plan(organization=cast.acme, plan=plan, interval="month", by=cast.olivia.actor(cast.acme))
    look_at("2026-05-01T00:00Z")
    return cast


def look_at(moment: str) -> None:
    """Beat comes by."""
    with time_machine.travel(moment, tick=False):
        renew_due()
        remind_and_suspend()


def pay(cast: Cast, amount: int) -> Account:
    """A payment comes in, as `settle_payment` has it."""
    fund(cast.acme, amount)
    account = account_of(cast.acme)
    standing.note_paid(account)
    standing.review(account, by=SYSTEM)
    return account_of(cast.acme)


def acme(cast: Cast) -> Organization:
    return Organization.objects.get(pk=cast.acme.pk)


def subjects() -> list[str]:
    return [mail.subject for mail in mails_to(BELLA)]


def test_a_plan_goes_on_for_seven_days_with_three_reminders_and_then_it_is_suspended(unpaid: Cast) -> None:
    account = account_of(unpaid.acme)
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        assert (account.balance, standing.due(account), plan_of(account).key) == (500, 1500, "team")
    for moment in ("01T01:00", "03T23:59", "04T00:00", "05T00:00", "07T00:00", "07T23:59"):
        look_at(f"2026-05-{moment}Z")
    assert acme(unpaid).status == "active"
    for moment in ("08T00:00", "08T01:00", "30T00:00"):
        look_at(f"2026-05-{moment}Z")
    assert (acme(unpaid).status, acme(unpaid).suspended_for) == ("suspended", "past_due")
    assert subjects() == [
        "Please pay €15.00 for Acme",
        "€15.00 is still due for Acme",
        "Last reminder: Acme is suspended on 8 May 2026",
        "Acme is suspended",
    ]
    assert "Everything goes on until 8 May 2026" in mails_to(BELLA)[0].text
    assert Charge.objects.count() == 1


def test_who_was_not_looked_after_for_days_gets_the_newest_reminder_alone(unpaid: Cast) -> None:
    look_at("2026-05-07T12:00Z")
    assert subjects() == ["Please pay €15.00 for Acme", "Last reminder: Acme is suspended on 8 May 2026"]


@time_machine.travel("2026-05-05T00:00Z", tick=False)
def test_paid_within_grace_the_period_is_charged_from_when_it_was_due(unpaid: Cast) -> None:
    account = pay(unpaid, 1500)
    subscription = current(account)
    assert subscription is not None
    assert (account.balance, account.past_due_since, account.reminders, standing.due(account)) == (0, None, 0, 0)
    assert (subscription.state, subscription.period_end.isoformat()[:10]) == ("active", "2026-06-01")
    assert list(Charge.objects.order_by("id").values_list("net", flat=True)) == [2000, 2000]
    remind_and_suspend()
    assert acme(unpaid).status == "active"


def test_paid_after_that_it_works_at_once_and_a_new_period_begins_then(unpaid: Cast) -> None:
    look_at("2026-05-08T00:00Z")
    with time_machine.travel("2026-05-20T15:00Z", tick=False):
        account = pay(unpaid, 1500)
        subscription = current(account)
        assert subscription is not None
        assert (acme(unpaid).status, acme(unpaid).suspended_for, account.balance) == ("active", "", 0)
        assert [subscription.period_start.isoformat()[:16], subscription.period_end.isoformat()[:16]] == [
            "2026-05-20T15:00", "2026-06-20T15:00",
        ]  # fmt: skip
    assert subjects()[-1] == "Acme works again"
    look_at("2026-06-20T15:00Z")
    assert account_of(unpaid.acme).past_due_since is not None


def test_too_little_lifts_nothing(unpaid: Cast) -> None:
    look_at("2026-05-08T00:00Z")
    with time_machine.travel("2026-05-20T15:00Z", tick=False):
        account = pay(unpaid, 1499)
        assert (account.balance, standing.due(account), acme(unpaid).suspended_for) == (1999, 1, "past_due")
        pay(unpaid, 1)
        assert acme(unpaid).status == "active"


def test_after_sixty_days_the_subscription_ends_and_nothing_more_is_due_for_it(unpaid: Cast) -> None:
    look_at("2026-05-08T00:00Z")
    look_at("2026-07-06T23:59Z")
    assert current(account_of(unpaid.acme)) is not None
    look_at("2026-07-07T00:00Z")
    account = account_of(unpaid.acme)
    assert (current(account), account.balance, standing.due(account)) == (None, 500, 0)
    assert (acme(unpaid).status, unpaid.acme.allowances.count()) == ("active", 0)
    assert subjects()[-2:] == ["Team has ended for Acme", "Acme works again"]


def test_what_is_owed_stays_owed(unpaid: Cast) -> None:
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        account = account_of(unpaid.acme)
        book(account, Reason.USAGE, -700, key="usage:1", charge=make_charge(unpaid.acme, 700, kind="usage"))
        standing.review(account, by=SYSTEM)
        assert standing.due(account) == 2200
    look_at("2026-05-08T00:00Z")
    look_at("2026-08-01T00:00Z")
    account = account_of(unpaid.acme)
    assert (current(account), account.balance, standing.due(account)) == (None, -200, 200)
    assert acme(unpaid).suspended_for == "past_due"
    pay(unpaid, 200)
    assert acme(unpaid).status == "active"


def test_without_a_plan_what_runs_can_become_past_due_too_and_credit_by_staff_ends_that(cast: Cast) -> None:
    fund(cast.acme, 100)
    account = account_of(cast.acme)
    book(account, Reason.USAGE, -150, key="usage:1", charge=make_charge(cast.acme, 150, kind="usage"))
    standing.review(account, by=SYSTEM)
    assert (standing.due(account), account.past_due_since is not None) == (50, True)
    book(account, Reason.CREDIT, 50, key="credit:1", note="Sorry")
    standing.review(account, by=SYSTEM)
    assert account_of(cast.acme).past_due_since is None
    events = Event.objects.filter(action__in=["organization.past_due", "organization.settled"]).order_by("id")
    assert list(events.values_list("action", flat=True)) == ["organization.past_due", "organization.settled"]


@time_machine.travel("2026-05-04T00:00Z", tick=False)
def test_while_it_is_past_due_one_may_cancel_or_take_another_plan_for_the_period_that_is_due(unpaid: Cast) -> None:
    olivia = unpaid.olivia.actor(unpaid.acme)
    small = make_plan("small", monthly=400)
    with pytest.raises(Refused, match="Make a payment, and it goes on"):
        choose_plan(organization=unpaid.acme, plan=Plan.objects.get(key="team"), interval="month", by=olivia)
    chosen = choose_plan(organization=unpaid.acme, plan=small, interval="month", seen=400, by=olivia)
    account = account_of(unpaid.acme)
    assert (account.balance, account.past_due_since) == (100, None)
    assert [chosen.period_start.isoformat()[:10], chosen.period_end.isoformat()[:10]] == ["2026-05-01", "2026-06-01"]
    with time_machine.travel("2026-06-01T00:00Z", tick=False):
        renew_due()
        assert next_charge(account_of(unpaid.acme)) is not None
        cancel_plan(organization=unpaid.acme, by=olivia)
    account = account_of(unpaid.acme)
    assert (current(account), account.balance, account.past_due_since) == (None, 100, None)


def test_staff_may_suspend_it_besides_and_what_is_paid_meanwhile_is_lifted_quietly(unpaid: Cast) -> None:
    look_at("2026-05-08T00:00Z")
    staff = Actor.staff(unpaid.sam.user)
    suspend_organization(organization=unpaid.acme, reason="staff", by=staff)
    with time_machine.travel("2026-05-20T15:00Z", tick=False):
        pay(unpaid, 1500)
    assert (acme(unpaid).suspended_for, acme(unpaid).also_suspended_for) == ("staff", "")
    assert "Acme works again" not in subjects()


def test_what_staff_have_reactivated_is_not_suspended_again_for_the_same_debt(unpaid: Cast) -> None:
    look_at("2026-05-08T00:00Z")
    reactivate_organization(organization=unpaid.acme, by=Actor.staff(unpaid.sam.user))
    look_at("2026-05-08T01:00Z")
    look_at("2026-07-06T23:00Z")
    assert (acme(unpaid).status, plan_of(account_of(unpaid.acme)).key) == ("active", "team")
    # But what is not paid for does not go on for good.
    look_at("2026-07-07T00:00Z")
    assert (acme(unpaid).status, plan_of(account_of(unpaid.acme)).key) == ("active", "free")


def test_a_payment_lifts_unfunded_and_nothing_else_does(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="unfunded")
    account = account_of(cast.acme)
    book(account, Reason.CREDIT, 5000, key="credit:1", note="Welcome")
    standing.review(account, by=SYSTEM)
    assert acme(cast).suspended_for == "unfunded"
    account = pay(cast, 500)
    assert (acme(cast).status, account.first_paid_at is not None) == ("active", True)
    pay(cast, 500)
    assert subjects() == ["Acme works again"]


def test_a_payment_lifts_no_suspension_by_staff(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.staff(cast.sam.user))
    pay(cast, 500)
    assert acme(cast).suspended_for == "staff"


def test_who_has_not_paid_yet_is_not_suspended_a_second_time(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="unfunded")
    with time_machine.travel("2026-05-01T00:00Z", tick=False):
        account = account_of(cast.acme)
        book(account, Reason.USAGE, -150, key="usage:1", charge=make_charge(cast.acme, 150, kind="usage"))
        standing.review(account, by=SYSTEM)
    look_at("2026-05-09T00:00Z")
    assert (acme(cast).suspended_for, "Acme is suspended" in subjects()) == ("unfunded", False)


def test_low_funds_are_told_once_until_they_are_above_again(cast: Cast) -> None:
    fund(cast.acme, 3000)
    Account.objects.filter(pk=cast.acme.pk).update(low_below=1000)
    account = account_of(cast.acme)
    for number, amount in enumerate((2000, 1, 5)):
        charge = make_charge(cast.acme, amount, kind="usage")
        book(account, Reason.USAGE, -amount, key=f"usage:{number}", charge=charge)
        standing.review(account, by=SYSTEM)
    assert subjects() == ["The funds of Acme are low: €9.99"]
    awaits = Notification.objects.awaiting().filter(kind="low_funds")
    assert awaits.exists()
    pay(cast, 500)
    assert not awaits.exists()
    account = account_of(cast.acme)
    book(account, Reason.USAGE, -600, key="usage:x", charge=make_charge(cast.acme, 600, kind="usage"))
    standing.review(account, by=SYSTEM)
    assert len(subjects()) == 2
