"""How an account stands, for the overview and for the card on pages below."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone
from moneyed import Money

from billing.actions.subscriptions import Upcoming, current
from billing.actions.subscriptions.owing import to_be_charged
from billing.actions.subscriptions.reading import next_charge_of
from billing.models import Account, Plan, Promotion, Subscription
from billing.spending import daily_usage, days_of_charges, days_that_last
from organizations.models import Organization


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The funds of an account, its plan, and what comes next.

    ``upcoming``: the next charge, None where none comes; ``due``: what must be paid now, in the smallest unit.
    """

    account: Account
    plan: Plan
    subscription: Subscription | None
    upcoming: Upcoming | None
    due: int

    @classmethod
    def of(cls, organization: Organization) -> Self:
        """That of an organization: three queries, some more where a charge comes."""
        account = Account.objects.of(organization)
        subscription = current(account)
        plan = subscription.plan if subscription else Plan.objects.standard()
        upcoming = next_charge_of(subscription, account)
        due = max(0, to_be_charged(subscription, account) - account.balance)
        return cls(account=account, plan=plan, subscription=subscription, upcoming=upcoming, due=due)

    @property
    def funds(self) -> Money:
        """What there is."""
        return self.account.funds

    @property
    def due_shown(self) -> Money:
        """What must be paid now, as an amount."""
        return self.account.money(self.due)

    @property
    def price(self) -> Money | None:
        """What the next charge takes, VAT included."""
        return self.account.money(self.upcoming.total) if self.upcoming else None

    @property
    def is_covered(self) -> bool:
        """Whether the funds, as they are now, cover the next charge."""
        return self.upcoming is None or self.account.balance >= self.upcoming.total

    @property
    def is_refilled(self) -> bool:
        """Whether the funds are topped up by themselves."""
        return self.account.refill_below is not None


def lasts(summary: Summary, credits_left: list[Promotion]) -> int | None:
    """For how many days the funds last, `billing.spending.YEAR` where for longer; None where nothing is spent.

    ``credits_left``: promotional credits that are not spent, those that end first first.
    """
    account, subscription, upcoming = summary.account, summary.subscription, summary.upcoming
    now = timezone.now()
    charges: dict[int, int] = {}
    if subscription and upcoming:
        charges = dict.fromkeys(_days(subscription, upcoming, now), upcoming.total)
    ending = [((credit.ends_at - now) // timedelta(days=1), credit.left) for credit in credits_left]
    return days_that_last(account.balance, ending, daily_usage(account), charges)


def _days(subscription: Subscription, upcoming: Upcoming, now: datetime) -> list[int]:
    """In how many days the next charge comes, and those after it, within a year."""
    if subscription.is_trial or upcoming.interval != subscription.interval:
        # It is paid for the first time, or changes: periods are counted anew from then on.
        return days_of_charges(upcoming.at, upcoming.interval, -1, now)
    return days_of_charges(subscription.anchor, subscription.interval, subscription.number - subscription.first, now)
