"""What becomes of money in the demo, under each policy: among the organizations of organizations.demo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from billing.actions.standing import due
from billing.actions.subscriptions.limits import apply_limits
from billing.demo.books import Books
from billing.demo.plans import TEAM
from billing.demo.usage import put_usage
from billing.gateways.sandbox.cards import PROBLEMS, Behaviour
from billing.letters.plans import tell_past_due
from billing.models import Payment, Plan, Recipient, Subscription
from billing.models.subscription import GRACE
from billing.periods import start_of

PERSONAL = "personal"


@dataclass(frozen=True, kw_only=True)
class DemoMoney:
    """What happened to the money of ``organization`` (a slug), for which ``payer`` is said to pay."""

    organization: str
    payer: str
    happens: Callable[[Books], None]


def days_ago(days: float) -> datetime:
    """So many days before now."""
    return timezone.now() - timedelta(days=days)


def thrives(books: Books) -> None:
    """A plan for months, services that run, and whatever may become of a payment."""
    account, this_year = books.account, timezone.now().year
    books.keep_card("4242", year=this_year + 3)
    books.keep_card("3220", year=this_year + 1, behaviour=Behaviour.CHALLENGE)
    account.refill_below, account.refill_amount, account.low_below = 5_000, 20_000, 2_500
    account.purchase_order = "PO 4711"
    Recipient.objects.create(account=account, email="books@example.com")
    books.subscribe(Plan.objects.get(key=TEAM), "month", days_ago(152))
    put_usage(books)
    books.on(days_ago(153), lambda at: books.pay(at, 10_000))
    books.on(days_ago(95), lambda at: _pays_too_much(books, at))
    books.on(days_ago(70), lambda at: _is_declined(books, at))
    books.on(days_ago(69.9), lambda at: books.pay(at, 15_000))
    books.on(days_ago(31), lambda at: books.pay(at, 4_000, method_name="Visa •••• 0259"))
    books.on(days_ago(22), lambda at: _disputes(books, at))
    books.on(days_ago(6), lambda at: _is_given_credit(books, at))


def pays_for_a_year(books: Books) -> None:
    """A plan that was paid for a year."""
    books.on(days_ago(81), lambda at: books.pay(at, 30_000))
    books.subscribe(Plan.objects.get(key=TEAM), "year", days_ago(80))


def has_funds(books: Books) -> None:
    """Somebody paid in, and what runs there is paid from that."""
    put_usage(books)
    books.on(days_ago(75), lambda at: books.pay(at, 7_500))


def tries(books: Books) -> None:
    """A plan that is being tried, for four more days."""
    plan, begun = Plan.objects.get(key=TEAM), days_ago(10)
    books.account.trial_used_at = begun
    Subscription.objects.create(
        account=books.account,
        plan=plan,
        interval="month",
        state=Subscription.State.TRIAL,
        anchor=begun,
        period_start=begun,
        period_end=begun + timedelta(days=plan.trial_days),
        started_at=begun,
        price_told=plan.price("month") or 0,
    )
    if books.account.organization is not None:
        apply_limits(books.account.organization, plan)


def owes(days: int) -> Callable[[Books], None]:
    """The plan's last period could not be charged, about so many days ago."""

    def happens(books: Books) -> None:
        plan, missed = Plan.objects.get(key=TEAM), days_ago(days)
        subscription = books.subscribe(plan, "month", start_of(missed, "month", -3))
        books.be_past_due(subscription)
        # Enough for what came before.
        books.on(days_ago(days + 125), lambda at: books.pay(at, 7_600))

    return happens


def remind(books: Books) -> None:
    """Send the last reminder that was due to go out, to whoever may pay."""
    account = books.account
    if account.past_due_since is not None and account.past_due_since + GRACE > timezone.now():
        until = account.past_due_since + GRACE
        tell_past_due(account, due(account), reminder=account.reminders - 1, until=until)


def _pays_too_much(books: Books, at: datetime) -> None:
    payment = books.pay(at, 25_000)
    books.refund(at + timedelta(minutes=50), payment, 5_000, "Typed one nought too many.")


def _is_declined(books: Books, at: datetime) -> None:
    books.pay(at, 15_000, state=Payment.State.FAILED, problem=PROBLEMS[Behaviour.DECLINED])


def _disputes(books: Books, at: datetime) -> None:
    books.dispute(at, books.account.payments.get(method_name="Visa •••• 0259"))


def _is_given_credit(books: Books, at: datetime) -> None:
    books.give(at, 10_000, ends_at=timezone.now() + timedelta(days=24), note="Thank you for trying the new region.")


def _acme(payer: str) -> DemoMoney:
    return DemoMoney(organization="acme-robotics", payer=payer, happens=thrives)


SCENES: Mapping[str, Sequence[DemoMoney]] = {
    "default": (
        _acme("Bella Billing"),
        DemoMoney(organization="borealis-foods", payer="Adam Admin", happens=pays_for_a_year),
        DemoMoney(organization="cobalt-labs", payer="Bella Billing", happens=owes(9)),
        DemoMoney(organization="delta-studio", payer="Bella Billing", happens=owes(4)),
        DemoMoney(organization="evergreen-energy", payer="Lena Fischer", happens=tries),
        DemoMoney(organization=PERSONAL, payer="Olivia Owner", happens=has_funds),
    ),
    # Nobody has paid for Borealis yet: it is suspended, as it was made (text 004).
    "exoscale": (
        _acme("Adam Admin"),
        DemoMoney(organization="cobalt-labs", payer="Theo Tech", happens=has_funds),
        DemoMoney(organization=PERSONAL, payer="Olivia Owner", happens=has_funds),
    ),
    "ovhcloud": (_acme("Adam Admin"), DemoMoney(organization="borealis-foods", payer="Mia Member", happens=owes(4))),
    "percona": (_acme("Adam Admin"), DemoMoney(organization="borealis-foods", payer="Berta Admin", happens=tries)),
}
