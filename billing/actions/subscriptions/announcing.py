"""What is told before it comes: that a trial ends, that a year is over, that a price rises."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from billing.actions.locking import lock_again
from billing.actions.subscriptions.reading import charge_after, lock_current
from billing.letters import plans as letters
from billing.models import Account, Interval, Subscription
from billing.models.subscription import SubscriptionQuerySet
from organizations.actors import Actor

log = logging.getLogger(__name__)

# How long before.
TRIAL_NOTICE = timedelta(days=3)
YEAR_NOTICE = timedelta(days=14)
# How many in one run of the task; the next run goes on.
AT_ONCE = 1000


def tell_of_ends() -> int:
    """Tell who pays of trials that end in three days, and of years that are over in fourteen; how many there were."""
    now = timezone.now()
    soon = Q(state=Subscription.State.TRIAL, period_end__lte=now + TRIAL_NOTICE) | Q(
        state=Subscription.State.ACTIVE, interval=Interval.YEAR, ends=False, period_end__lte=now + YEAR_NOTICE
    )
    return _each(Subscription.objects.filter(soon, told_at=None, period_end__gt=now), _tell_of_end)


def tell_of_prices() -> int:
    """Tell who pays that their plan costs more from the next period on than they know; how many there were.

    Staff change a price once for everybody; a price that falls needs nobody's warning.
    """
    priced = Subscription.objects.current().annotate(
        interval_next=Case(When(next_plan=None, then="interval"), default="next_interval"),
        monthly_next=Coalesce("next_plan__monthly", "plan__monthly"),
        yearly_next=Coalesce("next_plan__yearly", "plan__yearly"),
    )
    dearer = Q(interval_next=Interval.MONTH, monthly_next__gt=F("price_told")) | Q(
        interval_next=Interval.YEAR, yearly_next__gt=F("price_told")
    )
    return _each(priced.filter(dearer, ends=False), _tell_of_price)


def _each(due: SubscriptionQuerySet, tell: Callable[[Subscription, Account], None]) -> int:
    found = 0
    for pk, account_id in list(due.order_by("id").values_list("pk", "account")[:AT_ONCE]):
        try:
            with transaction.atomic():
                found += _one(due, pk, account_id, tell)
        except Exception:
            # Of one; the others must not wait for it.
            log.exception("Nobody could be told of the subscription %s.", pk)
    return found


def _one(due: SubscriptionQuerySet, pk: UUID, account_id: UUID, tell: Callable[[Subscription, Account], None]) -> bool:
    account, _by = lock_again(Account.objects.select_related("organization").get(pk=account_id), Actor.system())
    subscription = lock_current(account)
    # Another worker may have been first.
    if subscription is None or subscription.pk != pk or not due.filter(pk=pk).exists():
        return False
    tell(subscription, account)
    return True


def _tell_of_end(subscription: Subscription, account: Account) -> None:
    subscription.told_at = timezone.now()
    subscription.save(update_fields=["told_at"])
    upcoming = charge_after(subscription, account)
    total = upcoming.total if upcoming else 0
    if subscription.is_trial:
        letters.tell_trial_ends(account, subscription, total, is_covered=account.balance >= total)
    elif total:
        letters.tell_year_ends(account, subscription, total)


def _tell_of_price(subscription: Subscription, account: Account) -> None:
    plan, interval = subscription.coming
    before, after = subscription.price_told, plan.price(interval) or 0
    subscription.price_told = after
    subscription.save(update_fields=["price_told"])
    letters.tell_price(account, subscription, before, after)
