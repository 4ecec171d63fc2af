"""What an account subscribes to, and what it will be charged next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from billing.actions.charging import Quote, quote
from billing.models import Account, Charge, Plan, Subscription
from billing.models.subscription import SubscriptionQuerySet
from billing.taxes import Treated, Treatment


@dataclass(frozen=True, kw_only=True)
class Upcoming:
    """The next charge of a subscription: ``at``: when, which has passed where it is past due; ``price``: how much.

    ``interval``: for how long that is.
    """

    at: datetime
    plan: Plan
    interval: str
    price: Quote

    @property
    def net(self) -> int:
        """Without VAT, in the smallest unit."""
        return self.price.net

    @property
    def total(self) -> int:
        """What it takes from the funds, VAT included, in the smallest unit."""
        return self.price.total


def current(account: Account) -> Subscription | None:
    """The subscription that goes on, with its plans; None for who has the standard plan."""
    return _current(account).first()


def lock_current(account: Account) -> Subscription | None:
    """The same, locked until the transaction ends; the caller has locked the account.

    Its ``account`` is the caller's, whose balance is the one that counts.
    """
    found = _current(account).select_for_update(of=("self",), no_key=True).first()
    if found is not None:
        found.account = account
    return found


def plan_of(account: Account) -> Plan:
    """The plan that an account has now: what it subscribes to, else the standard plan."""
    subscription = current(account)
    return subscription.plan if subscription else Plan.objects.standard()


def next_charge(account: Account) -> Upcoming | None:
    """What a subscription is charged next; None where there is none, where it ends, and for a plan that is free."""
    return next_charge_of(current(account), account)


def next_charge_of(subscription: Subscription | None, account: Account) -> Upcoming | None:
    """The same where the subscription is known, or None."""
    if subscription is None or subscription.ends:
        return None
    return charge_after(subscription, account)


def charge_after(subscription: Subscription, account: Account) -> Upcoming | None:
    """What a subscription that does not end is charged once its period is over; None for a plan that is free."""
    plan, interval = subscription.coming
    net = plan.price(interval)
    if not net:
        return None
    at = subscription.period_end
    price = quote(account, net, max(at, timezone.now()).date())
    return Upcoming(at=at, plan=plan, interval=interval, price=price)


def paid_as(account: Account) -> Treated | None:
    """How what the present plan was paid by was taxed; None where nothing was paid yet.

    What is unused of it is given back with the VAT that was paid on it, whatever the details of the organization are
    by now (Directive 2006/112/EC, article 90).
    """
    of_plan = Charge.objects.filter(account=account.pk, kind__in=[Charge.Kind.PERIOD, Charge.Kind.CHANGE], net__gt=0)
    paid = of_plan.order_by("-created_at", "-id").first()
    if paid is None:
        return None
    return Treated(treatment=Treatment(paid.treatment), rate=paid.rate, country=paid.country)


def _current(account: Account) -> SubscriptionQuerySet:
    return Subscription.objects.current().filter(account=account.pk).select_related("plan", "next_plan")
