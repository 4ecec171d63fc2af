"""The plans that are offered, as cards to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from billing.amounts import to_money
from billing.models import Account, Interval, Plan, Subscription
from organizations.models import Allowance

INTERVALS: Mapping[str, Any] = {Interval.MONTH: _("Monthly"), Interval.YEAR: _("Yearly")}
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A plan for an interval: the wanted one, or the other where it is not had for that.

    ``price``: without VAT; ``a_month``: what a yearly price comes to in a month, else None; ``is_current``: whether it
    is what one has, ``is_coming``: what one will have; ``can_be_tried``: whether it costs nothing at first.
    """

    plan: Plan
    interval: str
    price: Money
    a_month: Money | None
    is_current: bool
    is_coming: bool
    can_be_tried: bool

    @property
    def limits(self) -> list[tuple[Allowance.Name, int]]:
        """What it limits, and to how much."""
        return [(name, amount) for name, amount in self.plan.limits.items() if amount is not None]


def intervals_of(plans: Sequence[Plan]) -> dict[str, Any]:
    """The intervals that some plan is had for, and what people call them."""
    return {
        interval: label
        for interval, label in INTERVALS.items()
        if any(plan.price(interval) is not None for plan in plans)
    }


def offers_to(account: Account, subscription: Subscription | None, plans: Sequence[Plan], interval: str) -> list[Offer]:
    """The plans as an account would get them."""
    return [_offer(account, subscription, plan, _interval(plan, interval)) for plan in plans]


def _offer(account: Account, subscription: Subscription | None, plan: Plan, interval: str) -> Offer:
    units = plan.price(interval) or 0
    has_it = subscription is not None and (plan, interval) == (subscription.plan, subscription.interval)
    will_have_it = subscription is not None and bool(subscription.next_plan) and (plan, interval) == subscription.coming
    may_try = account.trial_used_at is None or (subscription is not None and subscription.is_trial)
    return Offer(
        plan=plan,
        interval=interval,
        price=to_money(units, settings.CURRENCY),
        a_month=to_money(round(units / MONTHS_OF_A_YEAR), settings.CURRENCY) if interval == Interval.YEAR else None,
        is_current=has_it,
        is_coming=will_have_it,
        can_be_tried=may_try and bool(plan.trial_days and units) and (subscription is None or subscription.is_trial),
    )


def _interval(plan: Plan, wanted: str) -> str:
    if plan.price(wanted) is not None:
        return wanted
    return Interval.YEAR if wanted == Interval.MONTH else Interval.MONTH
