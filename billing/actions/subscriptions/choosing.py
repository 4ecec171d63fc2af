"""Choosing a plan, and changing to another one."""

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import standing
from billing.actions.charging import Quote, charge
from billing.actions.ledger import NotCovered
from billing.actions.locking import lock_account
from billing.actions.subscriptions.advancing import Span, charge_span, next_span
from billing.actions.subscriptions.limits import apply_limits
from billing.actions.subscriptions.quoting import Quoted, Way, quote_for
from billing.actions.subscriptions.reading import lock_current, paid_as
from billing.models import Account, Charge, Period, Plan, Subscription
from billing.periods import month_of
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


@audited("plan.chosen")
def choose_plan(
    *,
    organization: Organization,
    plan: Plan,
    interval: str,
    seen: int | None = None,
    seen_price: int | None = None,
    by: Actor,
) -> Subscription:
    """Subscribe to a plan, or change to it: at once, as a trial, or once the present period is over (quoting.Quoted).

    ``seen``: what the person was told that is taken from the funds now, in the smallest unit; ``seen_price``: likewise
    what an interval costs; None: they were told nothing. Raises Refused where it is another amount by now ("changed":
    it is to be shown again), where the funds do not cover it ("not-covered"), and for what cannot be chosen.
    """
    account, by = lock_account(organization, by, Permission.PAY)
    subscription = lock_current(account)
    plan = _locked(plan)
    quoted = quote_for(subscription, account, plan, interval)
    _check_seen(account, quoted, seen, seen_price)
    if quoted.missing:
        raise _not_covered(account, quoted)
    before = {"plan": subscription.plan.key, "interval": subscription.interval} if subscription else {}
    chosen = _begin(account, quoted) if subscription is None else _change(subscription, account, quoted)
    record(
        "plan.changed" if before else "plan.chosen",
        by=by,
        organization_id=account.pk,
        target=plan,
        before=before,
        after={
            "plan": plan.key,
            "interval": interval,
            "way": quoted.way,
            "at": quoted.at.isoformat(),
            "amount": quoted.total,
        },
    )
    standing.review(account, by=by)
    return chosen


def _locked(plan: Plan) -> Plan:
    """The plan as staff have it now; they change it under the same lock."""
    try:
        return Plan.objects.lock(plan.pk)
    except Plan.DoesNotExist:
        # The standard plan that ships has no row.
        return plan


def _check_seen(account: Account, quoted: Quoted, seen: int | None, seen_price: int | None) -> None:
    is_same = seen in {None, quoted.total} and seen_price in {None, quoted.price.total}
    if not is_same:
        raise Refused(
            _("What it costs has changed since you looked: %(amount)s are taken now. Look at it again.")
            % {"amount": money(account.money(quoted.total))},
            code="changed",
        )


def _not_covered(account: Account, quoted: Quoted) -> NotCovered:
    sentence = _("The funds do not cover this: %(missing)s is missing. Make a payment first.")
    return NotCovered(sentence % {"missing": money(account.money(quoted.missing))}, code="not-covered")


def _begin(account: Account, quoted: Quoted) -> Subscription:
    """The subscription of an account that has the standard plan."""
    subscription = Subscription.objects.create(
        account=account,
        plan=quoted.plan,
        interval=quoted.interval,
        state=Subscription.State.TRIAL if quoted.way == Way.TRIAL else Subscription.State.ACTIVE,
        anchor=quoted.at,
        period_start=quoted.at,
        period_end=quoted.until,
        price_told=quoted.price.net,
    )
    if quoted.way == Way.TRIAL:
        account.trial_used_at = quoted.at
        account.save(update_fields=["trial_used_at"])
        _apply(account, quoted.plan)
    else:
        charge_span(subscription, account, _span_from(quoted, number=0))
    return subscription


def _change(subscription: Subscription, account: Account, quoted: Quoted) -> Subscription:
    match quoted.way:
        case Way.TRIAL:
            _try_instead(subscription, account, quoted)
        case Way.PERIOD:
            _begin_period(subscription, account, quoted)
        case Way.REST:
            _take_over(subscription, account, quoted)
        case Way.LATER:
            _plan_for_later(subscription, quoted)
    return subscription


def _try_instead(subscription: Subscription, account: Account, quoted: Quoted) -> None:
    _now_on(subscription, quoted)
    subscription.interval = quoted.interval
    subscription.save()
    _apply(account, quoted.plan)


def _begin_period(subscription: Subscription, account: Account, quoted: Quoted) -> None:
    """A period of its own: the one that is due, or one from now on; what is unused of the present one is given back."""
    if quoted.credited:
        _charge_rest(subscription, account, quoted.credited, subscription.plan)
    if subscription.is_past_due:
        span = next_span(subscription, account, quoted.plan, quoted.interval)
    else:
        span = _span_from(quoted, number=0 if subscription.is_trial else subscription.number + 1)
    charge_span(subscription, account, span)


def _take_over(subscription: Subscription, account: Account, quoted: Quoted) -> None:
    """Until the period is over: what is unused of the former plan is given back, and as much of the new one charged."""
    if quoted.credited:
        _charge_rest(subscription, account, quoted.credited, subscription.plan)
    if quoted.charged:
        _charge_rest(subscription, account, quoted.charged, quoted.plan)
    # From now on this is what is unused of it, should the plan change once more.
    period = Period.objects.get(subscription=subscription, number=subscription.number)
    period.plan, period.net = quoted.plan, quoted.price.net
    period.save(update_fields=["plan", "net"])
    _now_on(subscription, quoted)
    subscription.save()
    _apply(account, quoted.plan)


def _plan_for_later(subscription: Subscription, quoted: Quoted) -> None:
    subscription.next_plan, subscription.next_interval, subscription.ends = quoted.plan, quoted.interval, False
    subscription.price_told = quoted.price.net
    subscription.save()


def _now_on(subscription: Subscription, quoted: Quoted) -> None:
    subscription.plan = quoted.plan
    subscription.next_plan, subscription.next_interval, subscription.ends = None, "", False
    subscription.price_told = quoted.price.net


def _span_from(quoted: Quoted, *, number: int) -> Span:
    return Span(plan=quoted.plan, interval=quoted.interval, anchor=quoted.at, first=number, number=number)


def _charge_rest(subscription: Subscription, account: Account, amount: Quote, plan: Plan) -> Charge:
    """Charge what is left of the present period by a plan, or give it back where the amount is below zero.

    Each is a line of the invoice.
    """
    made = Charge.objects.filter(account=account, kind=Charge.Kind.CHANGE).count()
    return charge(
        account,
        kind=Charge.Kind.CHANGE,
        key=f"change:{subscription.pk}:{made}",
        net=amount.net,
        start=timezone.now(),
        end=subscription.period_end,
        month=month_of(timezone.now()),
        plan_name=plan.name,
        interval=subscription.interval,
        treated=paid_as(account) if amount.net < 0 else None,
    )


def _apply(account: Account, plan: Plan) -> None:
    if account.organization is not None:
        apply_limits(account.organization, plan)
