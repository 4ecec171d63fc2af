"""That the funds are low, said once until they are not any more."""

from django.utils import timezone

from billing.actions.notifying import Notice, settle_notice
from billing.letters import low_funds as letters
from billing.models import Account


def tell_if_low(account: Account) -> None:
    """Tell who pays when the funds of a locked account fall below what they chose, once until they are above again.

    What is past due has reminders of its own.
    """
    if account.organization is None or account.organization.is_closed or account.past_due_since is not None:
        return
    is_low = account.low_below is not None and account.balance < account.low_below
    if is_low == (account.low_told_at is not None):
        return
    account.low_told_at = timezone.now() if is_low else None
    account.save(update_fields=["low_told_at"])
    if is_low:
        letters.tell_low(account)
    else:
        settle_notice(account, Notice.LOW_FUNDS)
