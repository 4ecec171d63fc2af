"""Renewals: beat looks for periods that are over, and each subscription goes on in a transaction of its own."""

import logging
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.actions import standing
from billing.actions.locking import lock_again
from billing.actions.subscriptions.advancing import advance
from billing.actions.subscriptions.reading import lock_current
from billing.models import Account, Subscription
from organizations.actors import Actor

log = logging.getLogger(__name__)

# How many in one run of the task; the next run goes on.
AT_ONCE = 1000


def renew_due() -> int:
    """Charge what has begun since, or end what ends (issue 7: *renewal by beat*); how many were looked at.

    A worker that is killed has done some, and the next run does the others; two at once wait for each other's lock and
    find nothing left to do. What is past due already waits for funds, and not for this.
    """
    due = Subscription.objects.due().exclude(state=Subscription.State.PAST_DUE).order_by("period_end", "id")
    accounts = list(due.values_list("account", flat=True)[:AT_ONCE])
    for pk in accounts:
        try:
            _renew(pk)
        except Exception:
            # Of one; the others must not wait for it.
            log.exception("The subscription of the account %s could not be renewed.", pk)
    return len(accounts)


@transaction.atomic
def _renew(account_id: UUID) -> None:
    account, by = lock_again(Account.objects.select_related("organization").get(pk=account_id), Actor.system())
    subscription = lock_current(account)
    if subscription is None or subscription.period_end > timezone.now():
        return
    advance(subscription, account, by=by)
    standing.review(account, by=by)
