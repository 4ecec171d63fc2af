"""What another plan would cost, and when: shown before, and compared when it is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.charging import Quote, quote
from billing.actions.subscriptions.advancing import next_span
from billing.actions.subscriptions.proration import Share
from billing.actions.subscriptions.reading import current, paid_as
from billing.models import Account, Interval, Period, Plan, Subscription
from billing.periods import start_of
from console.refusal import Refused
from organizations.actions.limits import limits_in_use
from organizations.models import Allowance


class Way(StrEnum):
    """How a plan is had."""

    # It is tried first, and costs nothing until then.
    TRIAL = "trial"
    # A period of its own begins, and is charged.
    PERIOD = "period"
    # It takes the place of the present one until the period is over.
    REST = "rest"
    # Once the present period is over.
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class LimitChange:
    """A limit now and then, None for any number, and how much of it is in use."""

    name: Allowance.Name
    before: int | None
    after: int | None
    used: int | None

    @property
    def is_exceeded(self) -> bool:
        """Whether there is more than there may be then: it stays, and nothing is added."""
        return self.after is not None and self.used is not None and self.used > self.after


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """A change of plan as it would be made now; amounts in the smallest unit.

    ``at``: from when on the plan is had; ``until``: to when the trial, or what is charged now, lasts; ``price``: what
    an interval of it costs; ``charged`` and ``credited``: what is charged for it now, and what is given back of the
    present one for it, None where there is nothing; ``share``: how much of the period both are for.
    ``missing``: what the funds lack.
    """

    plan: Plan
    interval: str
    way: Way
    at: datetime
    until: datetime
    price: Quote
    charged: Quote | None = None
    credited: Quote | None = None
    share: Share | None = None
    missing: int = 0

    @property
    def total(self) -> int:
        """What is taken from the funds now, VAT included."""
        return (self.charged.total if self.charged else 0) + (self.credited.total if self.credited else 0)

    @property
    def vat(self) -> int:
        """The VAT in it."""
        return (self.charged.vat if self.charged else 0) + (self.credited.vat if self.credited else 0)


def quote_change(account: Account, plan: Plan, interval: str) -> Quoted:
    """What choosing a plan would cost now. Raises Refused for one that cannot be chosen."""
    return quote_for(current(account), account, plan, interval)


def quote_for(subscription: Subscription | None, account: Account, plan: Plan, interval: str) -> Quoted:
    """The same for a subscription that is known, or None. Raises Refused as above."""
    _check(subscription, plan, interval)
    found = _first(account, plan, interval) if subscription is None else _next(subscription, account, plan, interval)
    return _with_missing(found, account)


def limits_of(account: Account, before: Plan, after: Plan) -> Sequence[LimitChange]:
    """The limits of two plans, as far as one of them has some, against what is in use; what staff gave counts first."""
    organization = account.organization
    if organization is None:
        return []
    used = limits_in_use(organization)
    granted = dict(organization.allowances.filter(source=Allowance.Source.STAFF).values_list("name", "amount"))
    return [
        LimitChange(
            name=name,
            before=granted.get(name, before.limits[name]),
            after=granted.get(name, amount),
            used=used.get(name),
        )
        for name, amount in after.limits.items()
        if amount is not None or before.limits[name] is not None
    ]


def _check(subscription: Subscription | None, plan: Plan, interval: str) -> None:
    """Raise Refused for what cannot be chosen, or is there already."""
    if plan.is_standard:
        raise Refused(_("You have %s once your plan ends: cancel that one.") % plan.name, code="standard")
    if subscription is not None and (plan, interval) == (subscription.plan, subscription.interval):
        if subscription.is_past_due:
            raise Refused(_("You have this plan. Make a payment, and it goes on."), code="past-due")
        if subscription.ends or subscription.next_plan:
            raise Refused(_("You have this plan. Keep it, and it goes on."), code="current")
        raise Refused(_("You have this plan already."), code="current")
    if not plan.is_offered:
        raise Refused(_("%s is not offered any more. Choose another plan.") % plan.name, code="not-offered")
    if interval not in Interval.values or plan.price(interval) is None:
        raise Refused(_("%s has no price for this interval. Choose another one.") % plan.name, code="interval")
    if subscription is not None and (plan, interval) == subscription.coming:
        raise Refused(_("Your plan changes to this one already."), code="coming")


def _first(account: Account, plan: Plan, interval: str) -> Quoted:
    """For who has the standard plan."""
    if plan.trial_days and plan.price(interval) and account.trial_used_at is None:
        now = timezone.now()
        return Quoted(
            plan=plan,
            interval=interval,
            way=Way.TRIAL,
            at=now,
            until=now + timedelta(days=plan.trial_days),
            price=_quote(account, plan.price(interval)),
        )
    return _period(account, plan, interval, timezone.now())


def _next(subscription: Subscription, account: Account, plan: Plan, interval: str) -> Quoted:
    """For who subscribes to another plan, or for another interval."""
    if subscription.is_trial:
        return _in_trial(subscription, account, plan, interval)
    if subscription.is_past_due:
        return _instead_of_due(subscription, account, plan, interval)
    period = Period.objects.get(subscription=subscription, number=subscription.number)
    share = Share.left(period.start, period.end, timezone.now())
    unused, price = share.of_price(period.net), plan.price(interval) or 0
    if interval == subscription.interval and price >= period.net:
        # Of a period that is over nothing is left; it is renewed as what it is then.
        is_free = price == period.net or not share.days
        return Quoted(
            plan=plan,
            interval=interval,
            way=Way.REST,
            at=timezone.now(),
            until=period.end,
            price=_quote(account, price),
            charged=None if is_free else _quote(account, share.of_price(price)),
            credited=None if is_free else _credit(account, unused),
            share=share,
        )
    if interval == Interval.YEAR != subscription.interval and price >= unused:
        return _period(account, plan, interval, _from(subscription), credited=_credit(account, unused), share=share)
    return Quoted(
        plan=plan,
        interval=interval,
        way=Way.LATER,
        at=subscription.period_end,
        until=subscription.period_end,
        price=_quote(account, price),
    )


def _in_trial(subscription: Subscription, account: Account, plan: Plan, interval: str) -> Quoted:
    """Another plan that can be tried takes the place of the first one until the same end; any other begins at once."""
    if not plan.trial_days:
        return _period(account, plan, interval, _from(subscription))
    return Quoted(
        plan=plan,
        interval=interval,
        way=Way.TRIAL,
        at=timezone.now(),
        until=subscription.period_end,
        price=_quote(account, plan.price(interval)),
    )


def _from(subscription: Subscription) -> datetime:
    """From when on another period is paid for: now, or since the present one is over, if nobody has come by since."""
    return min(timezone.now(), subscription.period_end)


def _instead_of_due(subscription: Subscription, account: Account, plan: Plan, interval: str) -> Quoted:
    """Another plan in the place of one that could not be charged: for the period that is due."""
    span = next_span(subscription, account, plan, interval)
    return replace(_period(account, plan, interval, span.start), until=span.end)


def _period(
    account: Account,
    plan: Plan,
    interval: str,
    start: datetime,
    *,
    credited: Quote | None = None,
    share: Share | None = None,
) -> Quoted:
    price = _quote(account, plan.price(interval))
    return Quoted(
        plan=plan,
        interval=interval,
        way=Way.PERIOD,
        at=start,
        until=start_of(start, interval, 1),
        price=price,
        charged=price,
        credited=credited,
        share=share,
    )


def _credit(account: Account, unused: int) -> Quote | None:
    return quote(account, -unused, timezone.now().date(), paid_as(account)) if unused else None


def _quote(account: Account, net: int | None) -> Quote:
    return quote(account, net or 0, timezone.now().date())


def _with_missing(found: Quoted, account: Account) -> Quoted:
    return replace(found, missing=max(0, found.total - account.balance)) if found.total else found
