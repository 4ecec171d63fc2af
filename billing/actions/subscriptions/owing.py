"""What must be paid now for everything to be in order."""

from django.utils import timezone

from billing.actions.charging import quote
from billing.actions.subscriptions.advancing import Span, next_span
from billing.actions.subscriptions.reading import current, next_charge_of
from billing.models import Account, Subscription
from billing.periods import start_of


def due(account: Account) -> int:
    """What must be paid now, in the smallest unit, VAT included; 0 where nothing is due.

    What is owed below zero, and what the funds lack for the period that could not be charged; once the days of grace
    are over, for one that begins with the payment.
    """
    return max(0, to_be_charged(current(account), account) - account.balance)


def is_short(account: Account) -> bool:
    """Whether the funds lack something for what is due, or for a trial that is over and could go on."""
    if due(account):
        return True
    subscription = current(account)
    if subscription is None or not subscription.is_trial:
        return False
    upcoming = next_charge_of(subscription, account)
    return upcoming is not None and upcoming.at <= timezone.now() and account.balance < upcoming.total


def to_be_charged(subscription: Subscription | None, account: Account) -> int:
    """What the periods that have begun, and could not be charged, take from the funds."""
    if subscription is None or not subscription.is_past_due or subscription.ends:
        return 0
    span = next_span(subscription, account, *subscription.coming)
    return quote(account, span.net, timezone.now().date()).total * _periods_begun(span)


def _periods_begun(span: Span) -> int:
    """How many have begun: one, unless nobody looked after it for longer than a period."""
    begun, now = 1, timezone.now()
    while start_of(span.anchor, span.interval, span.number - span.first + begun) <= now:
        begun += 1
    return begun
