"""Funds that are topped up by themselves, with the default card, when they fall below what somebody chose."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions import notifying
from billing.actions.locking import lock_account
from billing.actions.subscriptions.owing import is_short
from billing.amounts import LARGEST
from billing.letters import refills as letters
from billing.models import Account, Payment, PaymentMethod
from console.celery import wake
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

CARRY_PAYMENT = "billing.carry_payment"
# Whatever eats the funds up does not empty the card.
MOST_A_DAY = 5
# After a failure it rests for so long, and after so many in a row somebody must look.
PAUSE = timedelta(hours=24)
MOST_FAILURES = 3
# In the smallest unit: each costs a gateway's fee.
LEAST_AMOUNT = 500


@audited("refill.changed")
def change_refill(
    *,
    organization: Organization,
    refill_below: int | None,
    refill_amount: int | None,
    low_below: int | None,
    by: Actor,
) -> Account:
    """Say when an account is topped up, by how much, and below what its people are told; in the smallest unit.

    None for both of the first, or for the last: never. Raises Refused for one without the other, and where no card is
    kept. It begins anew with the next spending, or at once where the funds are below already.
    """
    account, by = lock_account(organization, by, Permission.PAY)
    _check(account, refill_below, refill_amount)
    before = _settings(account)
    account.refill_below, account.refill_amount = refill_below, refill_amount
    if low_below is None or low_below != account.low_below:
        account.low_told_at = None
    account.low_below = low_below
    account.refill_failures, account.refill_paused_until = 0, None
    account.save()
    _record_change(account, before, by)
    ask_for_refill(account)
    return account


def ask_for_refill(account: Account) -> Payment | None:
    """Begin to top up an account that the caller has locked, if its people want it now; the payment, or None.

    One at a time, `MOST_A_DAY` at most; a worker carries it out after the commit.
    """
    method = default_method(account)
    if method is None or not _is_wanted(account):
        return None
    payment = Payment.objects.create(
        account=account,
        purpose=Payment.Purpose.REFILL,
        amount=account.refill_amount or 0,
        gateway=method.gateway,
        method=method,
        method_name=str(method),
    )
    record(
        "payment.started",
        by=Actor.system(),
        organization_id=account.pk,
        target=payment,
        after={"amount": payment.amount, "currency": account.currency, "purpose": payment.purpose},
    )
    transaction.on_commit(partial(wake, CARRY_PAYMENT, str(payment.pk)), robust=True)
    return payment


def default_method(account: Account) -> PaymentMethod | None:
    """The card that an account is topped up with."""
    return PaymentMethod.objects.filter(account=account, is_default=True).usable().first()


def note_paid(account: Account) -> None:
    """A payment came in, for an account that the caller has locked: what failed before counts no more."""
    if account.refill_failures or account.refill_paused_until:
        account.refill_failures, account.refill_paused_until = 0, None
        account.save(update_fields=["refill_failures", "refill_paused_until"])


def note_failed(payment: Payment, *, is_card_dead: bool, by: Actor) -> None:
    """An automatic payment has failed: it rests, and after `MOST_FAILURES`, or with a dead card, is switched off.

    The caller has locked its account.
    """
    account = payment.account
    account.refill_failures += 1
    account.refill_paused_until = timezone.now() + PAUSE
    is_over = is_card_dead or account.refill_failures >= MOST_FAILURES
    if is_over:
        switch_off(account, by=by)
    else:
        account.save(update_fields=["refill_failures", "refill_paused_until"])
    notifying.settle_notice(account, notifying.Notice.PAYMENT_FAILED)
    letters.tell_of_failure(payment, is_over=is_over)


def switch_off(account: Account, *, by: Actor) -> None:
    """Top an account no more up, until somebody says so again. The caller has locked it."""
    if account.refill_below is None:
        return
    before = _settings(account)
    account.refill_below = account.refill_amount = account.refill_paused_until = None
    account.refill_failures = 0
    account.save(update_fields=["refill_below", "refill_amount", "refill_paused_until", "refill_failures"])
    _record_change(account, before, by)


def _is_wanted(account: Account) -> bool:
    organization, now = account.organization, timezone.now()
    if organization is None or organization.is_closed:
        return False
    if account.refill_below is None:
        return False
    if account.refill_paused_until and account.refill_paused_until > now:
        return False
    # Also where there is more than that, and it does not do for what is due.
    if account.balance >= account.refill_below and not is_short(account):
        return False
    refills = account.payments.filter(purpose=Payment.Purpose.REFILL)
    if refills.open().exists():
        return False
    return refills.filter(asked_at__gt=now - timedelta(days=1)).count() < MOST_A_DAY


def _check(account: Account, refill_below: int | None, refill_amount: int | None) -> None:
    if refill_below is None and refill_amount is None:
        return
    if refill_below is None:
        raise Refused(_("Say below what the funds are topped up."), code="incomplete", field="refill_below")
    if refill_amount is None:
        raise Refused(_("Say by how much the funds are topped up."), code="incomplete", field="refill_amount")
    if not LEAST_AMOUNT <= refill_amount <= LARGEST:
        least, most = (money(account.money(units)) for units in (LEAST_AMOUNT, LARGEST))
        message = _("Between %(least)s and %(most)s.") % {"least": least, "most": most}
        raise Refused(message, code="amount", field="refill_amount")
    if default_method(account) is None:
        raise Refused(
            _("No card is kept that the funds could be topped up with. Keep one first."),
            code="no-method",
            field="refill_amount",
        )


def _record_change(account: Account, before: Mapping[str, int | None], by: Actor) -> None:
    after = _settings(account)
    record("refill.changed", by=by, organization_id=account.pk, target=account, before=before, after=after)


def _settings(account: Account) -> dict[str, int | None]:
    return {
        "refill_below": account.refill_below,
        "refill_amount": account.refill_amount,
        "low_below": account.low_below,
    }
