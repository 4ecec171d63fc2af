"""A subscription goes on, period by period: each is charged once, ahead, or the plan waits for a payment, or it ends.

Nothing here looks at what is due: whoever calls it calls `standing.review` then, except that itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from audit.recording import record
from billing.actions.charging import charge
from billing.actions.ledger import NotCovered
from billing.actions.subscriptions.limits import apply_limits
from billing.letters import plans as letters
from billing.models import Account, Charge, Period, Plan, Subscription
from billing.models.subscription import GRACE
from billing.periods import month_of, start_of
from organizations.actors import Actor

# For how long a trial that is over waits for a top-up that was asked for.
REFILL_TAKES = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A period that is to be charged; its ``number``, and that of the ``first`` from the same ``anchor``."""

    plan: Plan
    interval: str
    anchor: datetime
    first: int
    number: int

    @property
    def start(self) -> datetime:
        """When it begins."""
        return start_of(self.anchor, self.interval, self.number - self.first)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return start_of(self.anchor, self.interval, self.number - self.first + 1)

    @property
    def net(self) -> int:
        """What it costs without VAT, in the smallest unit."""
        return self.plan.price(self.interval) or 0


def next_span(subscription: Subscription, account: Account, plan: Plan, interval: str) -> Span:
    """The period after the present one, by that plan and interval; mostly those which are `Subscription.coming`.

    It begins when that is over, also where it is paid for later. Once the days of grace are over, it begins now: for
    the days on which the organization was suspended nobody pays.
    """
    number = 0 if subscription.is_trial else subscription.number + 1
    if subscription.is_past_due and is_grace_over(account):
        return Span(plan=plan, interval=interval, anchor=timezone.now(), first=number, number=number)
    if subscription.is_trial or interval != subscription.interval:
        return Span(plan=plan, interval=interval, anchor=subscription.period_end, first=number, number=number)
    return Span(plan=plan, interval=interval, anchor=subscription.anchor, first=subscription.first, number=number)


def is_grace_over(account: Account) -> bool:
    """Whether something has been due for longer than the days of grace."""
    return account.past_due_since is not None and account.past_due_since + GRACE <= timezone.now()


def advance(subscription: Subscription, account: Account, *, by: Actor) -> None:
    """Charge what has begun since, one period after the other, as far as the funds go. The caller has locked both."""
    while subscription.period_end <= timezone.now() and _has_gone_on(subscription, account, by):
        pass


def charge_span(subscription: Subscription, account: Account, span: Span) -> None:
    """Charge a period, and let the subscription be in it, with the limits of its plan.

    Raises NotCovered, and has changed nothing then.
    """
    with transaction.atomic():
        charged = _charge(subscription, account, span) if span.net else None
    Period.objects.create(
        subscription=subscription,
        number=span.number,
        start=span.start,
        end=span.end,
        plan=span.plan,
        net=span.net,
        charge=charged,
    )
    subscription.plan, subscription.interval = span.plan, span.interval
    subscription.anchor, subscription.first, subscription.number = span.anchor, span.first, span.number
    subscription.period_start, subscription.period_end = span.start, span.end
    subscription.state = Subscription.State.ACTIVE
    subscription.next_plan, subscription.next_interval, subscription.ends = None, "", False
    subscription.price_told, subscription.told_at = span.net, None
    subscription.save()
    if account.organization is not None:
        apply_limits(account.organization, span.plan)


def end(subscription: Subscription, account: Account, *, why: str, by: Actor) -> None:
    """End a subscription now: from then on the organization has the standard plan. The caller has locked both.

    ``why``: "cancelled", "trial" (nothing was paid after it), "unpaid" or "closed", of which nobody is told.
    """
    subscription.state, subscription.ended_at = Subscription.State.ENDED, timezone.now()
    subscription.next_plan, subscription.next_interval = None, ""
    subscription.save()
    record(
        "plan.ended",
        by=by,
        organization_id=account.pk,
        target=subscription.plan,
        before={"plan": subscription.plan.key},
        after={"why": why},
    )
    if account.organization is None:
        return
    standard = Plan.objects.standard()
    apply_limits(account.organization, standard)
    if why != "closed":
        letters.tell_ended(account, subscription.plan, standard, why)


def _has_gone_on(subscription: Subscription, account: Account, by: Actor) -> bool:
    """Take one step; whether there may be another one."""
    if account.organization is None or account.organization.is_closed:
        end(subscription, account, why="closed", by=by)
        return False
    if subscription.ends:
        end(subscription, account, why="cancelled", by=by)
        return False
    span = next_span(subscription, account, *subscription.coming)
    if span.plan.price(span.interval) is None:
        # Staff do not take away the price of what somebody has; should it be gone all the same, nobody guesses one.
        end(subscription, account, why="cancelled", by=by)
        return False
    before = {"plan": subscription.plan.key, "interval": subscription.interval}
    try:
        charge_span(subscription, account, span)
    except NotCovered:
        _wait_for_funds(subscription, account, by)
        return False
    record(
        "plan.renewed",
        by=by,
        organization_id=account.pk,
        target=span.plan,
        before=before,
        after={"plan": span.plan.key, "interval": span.interval, "until": span.end.isoformat()},
    )
    return True


def _wait_for_funds(subscription: Subscription, account: Account, by: Actor) -> None:
    """A trial ends where nothing can be charged after it; a plan goes on, past due."""
    if subscription.is_trial:
        if account.refill_amount is None or subscription.period_end + REFILL_TAKES <= timezone.now():
            end(subscription, account, why="trial", by=by)
    elif not subscription.is_past_due:
        subscription.state = Subscription.State.PAST_DUE
        subscription.save(update_fields=["state"])


def _charge(subscription: Subscription, account: Account, span: Span) -> Charge:
    return charge(
        account,
        kind=Charge.Kind.PERIOD,
        key=f"period:{subscription.pk}:{span.number}",
        net=span.net,
        start=span.start,
        end=span.end,
        month=month_of(timezone.now()),
        plan_name=span.plan.name,
        interval=span.interval,
    )
