"""What a payment must come to at least."""

from billing.actions.subscriptions import current, next_charge
from billing.models import Account, Subscription


def due_of(account: Account) -> int:
    """What is missing in an account's funds, in the smallest unit, until nothing is past due; nothing below zero.

    That is what it owes, and a period of its plan that they did not cover.
    """
    subscription = current(account)
    is_late = subscription is not None and subscription.state == Subscription.State.PAST_DUE
    upcoming = next_charge(account) if is_late else None
    return max(0, (upcoming.total if upcoming else 0) - account.balance)
