"""Ending a subscription, and keeping it after all."""

from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import standing
from billing.actions.locking import lock_account
from billing.actions.subscriptions.advancing import end
from billing.actions.subscriptions.reading import lock_current
from billing.models import Account, Subscription
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


@audited("plan.cancelled")
def cancel_plan(*, organization: Organization, by: Actor) -> Subscription:
    """End the subscription with the period that is paid for, or with the trial; one that is past due, now.

    A change that was to come does not. Raises Refused where there is nothing to cancel.
    """
    account, by = lock_account(organization, by, Permission.PAY)
    subscription = lock_current(account)
    if subscription is None:
        raise Refused(_("There is no plan to cancel: you have the one that everybody has."), code="standard")
    if subscription.ends:
        raise Refused(_("Your plan is cancelled already."), code="cancelled")
    subscription.ends, subscription.next_plan, subscription.next_interval = True, None, ""
    subscription.save(update_fields=["ends", "next_plan", "next_interval"])
    record(
        "plan.cancelled",
        by=by,
        organization_id=account.pk,
        target=subscription.plan,
        before={"plan": subscription.plan.key, "interval": subscription.interval},
        after={"until": subscription.period_end.isoformat()},
    )
    if subscription.is_past_due:
        end(subscription, account, why="cancelled", by=by)
    standing.review(account, by=by)
    return subscription


@audited("plan.resumed")
def resume_plan(*, organization: Organization, by: Actor) -> Subscription:
    """Keep the plan that was to end, or to change, with the period. Raises Refused where neither was so."""
    account, by = lock_account(organization, by, Permission.PAY)
    subscription = lock_current(account)
    if subscription is None or not (subscription.ends or subscription.next_plan):
        raise Refused(_("Your plan was not going to end or to change."), code="unchanged")
    price = subscription.plan.price(subscription.interval)
    if price is None:
        raise Refused(_("Your plan has no price for this interval any more. Choose another one."), code="interval")
    before = {"ends": True} if subscription.ends else {"next": subscription.coming[0].key}
    subscription.ends, subscription.next_plan, subscription.next_interval = False, None, ""
    subscription.price_told = price
    subscription.save(update_fields=["ends", "next_plan", "next_interval", "price_told"])
    record(
        "plan.resumed",
        by=by,
        organization_id=account.pk,
        target=subscription.plan,
        before=before,
        after={"plan": subscription.plan.key, "interval": subscription.interval},
    )
    return subscription


def end_subscription(account: Account, *, by: Actor) -> None:
    """End what an account subscribes to now, for an organization that closes; the caller has locked it.

    Nothing is given back. Safe to call where there is nothing.
    """
    subscription = lock_current(account)
    if subscription is not None:
        end(subscription, account, why="closed", by=by)
