"""How an account stands: what is due, since when, and what follows from that for its organization.

Whoever has booked something calls `review`, last in the same transaction.
"""

from django.utils import timezone

from audit.recording import record
from billing.actions.low_funds import tell_if_low
from billing.actions.notifying import Notice, settle_notice
from billing.actions.refills import ask_for_refill
from billing.actions.subscriptions.advancing import advance
from billing.actions.subscriptions.owing import due
from billing.actions.subscriptions.reading import lock_current
from billing.letters import plans as letters
from billing.models import Account, Subscription
from organizations.actions import lift_suspension
from organizations.actors import Actor
from organizations.suspension import Reason

__all__ = ["due", "note_paid", "review"]


def review(account: Account, *, by: Actor) -> None:
    """Bring everything in line with the funds of an account, which the caller has locked.

    A period that could not be charged is, if it can be now. What is owed then is noted, with the time, or that nothing
    is any more, which lifts a suspension for it; where the funds are low a top-up is asked for, and who pays is told.
    Safe to call twice.
    """
    subscription = lock_current(account)
    if subscription is not None and _waits(subscription):
        advance(subscription, account, by=by)
    is_due = due(account) > 0
    if is_due and account.past_due_since is None:
        _begin_past_due(account, by)
    elif not is_due and account.past_due_since is not None:
        _end_past_due(account, by)
    ask_for_refill(account)
    tell_if_low(account)


def note_paid(account: Account) -> None:
    """A payment came in for an account that the caller has locked: the first one lifts `unfunded` (text 004)."""
    if account.first_paid_at is None:
        account.first_paid_at = timezone.now()
        account.save(update_fields=["first_paid_at"])
    _lift(account, Reason.UNFUNDED, Actor.system())


def _waits(subscription: Subscription) -> bool:
    """Whether it waits for funds: what is merely over is renewed in its turn."""
    is_over = subscription.period_end <= timezone.now()
    return is_over and (subscription.is_past_due or subscription.is_trial)


def _begin_past_due(account: Account, by: Actor) -> None:
    account.past_due_since, account.reminders = timezone.now(), 0
    account.save(update_fields=["past_due_since", "reminders"])
    record("organization.past_due", by=by, organization_id=account.pk, target=account.organization)


def _end_past_due(account: Account, by: Actor) -> None:
    account.past_due_since, account.reminders = None, 0
    account.save(update_fields=["past_due_since", "reminders"])
    record("organization.settled", by=by, organization_id=account.pk, target=account.organization)
    settle_notice(account, Notice.PAST_DUE)
    _lift(account, Reason.PAST_DUE, by)


def _lift(account: Account, reason: Reason, by: Actor) -> None:
    """Lift a suspension for that reason, if there is one, and tell who pays if the organization works again by it."""
    organization = account.organization
    if organization is None:
        return
    account.organization = lift_suspension(organization=organization, reasons={reason}, by=by)
    if organization.suspended_for and not (account.organization.suspended_for or account.organization.is_closed):
        letters.tell_works_again(account)
