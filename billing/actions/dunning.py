"""Who owes something is reminded, and suspended once the days of grace are over; in the end the subscription ends."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from billing.actions import standing
from billing.actions.locking import lock_again
from billing.actions.subscriptions.advancing import end
from billing.actions.subscriptions.reading import lock_current
from billing.letters import plans as letters
from billing.models import Account
from billing.models.subscription import GRACE, LONGEST_SUSPENSION
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.suspension import Reason, combined

log = logging.getLogger(__name__)

# Days after which who pays is told, since something is due (issue 7); the last one is said to be the last.
REMINDERS = (0, 3, 6)
# What `Account.reminders` says once it was suspended: staff may lift that, and it stands until something is due again.
SUSPENDED = len(REMINDERS) + 1
# How many accounts are read at once.
AT_ONCE = 1000


def remind_and_suspend() -> int:
    """Look after every account that owes something; how many there are. Beat calls it each hour.

    Each in a transaction of its own: what a killed worker has not done, the next run does. After a pause of beat only
    the newest reminder goes out.
    """
    found, last = 0, None
    while accounts := _after(last):
        for pk in accounts:
            try:
                _look_after(pk)
            except Exception:
                # Of one; the others must not wait for it.
                log.exception("The account %s could not be looked after.", pk)
        found, last = found + len(accounts), accounts[-1]
    return found


def _after(last: UUID | None) -> list[UUID]:
    owing = Account.objects.owing().order_by("id")
    return list((owing.filter(pk__gt=last) if last else owing).values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _look_after(account_id: UUID) -> None:
    account, by = lock_again(Account.objects.select_related("organization").get(pk=account_id), Actor.system())
    standing.review(account, by=by)
    if account.past_due_since is None or account.organization is None or account.organization.is_closed:
        return
    age = timezone.now() - account.past_due_since
    if age < GRACE:
        _remind(account, account.past_due_since, age)
    elif account.reminders < SUSPENDED:
        _suspend(account, by)
    elif age >= GRACE + LONGEST_SUSPENSION:
        _end(account, by)


def _remind(account: Account, since: datetime, age: timedelta) -> None:
    wanted = sum(age >= timedelta(days=day) for day in REMINDERS)
    if account.reminders < wanted:
        account.reminders = wanted
        account.save(update_fields=["reminders"])
        letters.tell_past_due(account, standing.due(account), reminder=wanted - 1, until=since + GRACE)


def _suspend(account: Account, by: Actor) -> None:
    account.reminders = SUSPENDED
    account.save(update_fields=["reminders"])
    organization = account.organization
    # Who has not paid yet is suspended already.
    if organization is None or not combined(
        organization.suspended_for, organization.also_suspended_for, Reason.PAST_DUE
    ):
        return
    account.organization = suspend_organization(organization=organization, reason=Reason.PAST_DUE, by=by)
    letters.tell_suspended(account, standing.due(account), LONGEST_SUSPENSION.days)


def _end(account: Account, by: Actor) -> None:
    """End what was not paid for in all that time, also where staff let it work; what is owed besides stays owed."""
    subscription = lock_current(account)
    if subscription is not None and subscription.is_past_due:
        end(subscription, account, why="unpaid", by=by)
        standing.review(account, by=by)
