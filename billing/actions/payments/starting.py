"""A payment begins: a row of ours, written down before any gateway hears of it."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions.locking import lock_account
from billing.actions.payments.methods import MOST
from billing.actions.standing import due as due_of
from billing.amounts import LARGEST
from billing.models import Account, Payment, PaymentMethod
from billing.models.payment import PaymentMethodQuerySet
from console.ids import uuid7
from console.money import money
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

# In the smallest unit: what is less costs more than it brings, and gateways refuse it.
LEAST = 100
# Payments that an account may begin in an hour: whoever tries out stolen cards begins many (OWASP: card testing).
MOST_IN_AN_HOUR = 30
# The worker leaves a payment alone for so long: whoever has begun it is just asking the gateway.
FIRST_LOOK = timedelta(seconds=30)


@audited("payment.started")
def start_payment(
    *,
    organization: Organization,
    amount: int,
    method: PaymentMethod | None,
    keeps_method: bool,
    by: Actor,
    token: UUID | None = None,
) -> Payment:
    """Write down that somebody means to pay ``amount``, in the smallest unit; `carry_payment` goes on with it.

    ``method``: a card that is kept, else one is typed at the gateway, and stays there if ``keeps_method``. ``token``:
    made by us with the form, so that the same form sent twice makes one payment; with another amount, or where the
    first has failed, it makes another one. Raises Refused for less than is due: a payment always lifts what is past
    due.
    """
    account, by = lock_account(organization, by, Permission.PAY)
    method = usable_method(account, method)
    if sent := _sent_before(account, token, amount, method):
        return sent
    _check_amount(account, amount)
    return _begun(
        Payment(
            id=_free_id(token),
            account=account,
            amount=amount,
            method=method,
            keeps_method=keeps_method and method is None,
        ),
        by,
    )


@audited("payment.started")
def start_setup(*, organization: Organization, by: Actor, token: UUID | None = None) -> Payment:
    """Write down that somebody means to have a card kept; nothing is paid. `carry_payment` goes on with it.

    ``token``: as above. Raises Refused where many cards are kept already.
    """
    account, by = lock_account(organization, by, Permission.PAY)
    if sent := _sent_before(account, token, 0, None):
        return sent
    if usable_methods(account).count() >= MOST:
        raise Refused(_("Many cards are kept already. Remove one first."), code="allowance")
    setup = Payment(id=_free_id(token), account=account, amount=0, purpose=Payment.Purpose.SETUP, keeps_method=True)
    return _begun(setup, by)


def usable_methods(account: Account) -> PaymentMethodQuerySet:
    """The cards of an account that can be charged, the default first."""
    return PaymentMethod.objects.filter(account=account).usable()


def usable_method(account: Account, method: PaymentMethod | None) -> PaymentMethod | None:
    """The card as it is now. Raises Refused for one that is not this account's, or not kept any more."""
    if method is None:
        return None
    found = usable_methods(account).filter(pk=method.pk).first()
    if found is None:
        raise Refused(_("This card is no longer kept. Choose another one."), code="method", field="method")
    return found


def _begun(payment: Payment, by: Actor) -> Payment:
    account = payment.account
    _check_pace(account)
    payment.gateway = settings.PAYMENT_GATEWAY
    payment.method_name = str(payment.method or "")
    payment.asked_by = by.user
    payment.due_at = timezone.now() + FIRST_LOOK
    payment.save(force_insert=True)
    record(
        "payment.started",
        by=by,
        organization_id=account.pk,
        target=payment,
        after={"amount": payment.amount, "currency": account.currency, "purpose": payment.purpose},
    )
    return payment


def _sent_before(account: Account, token: UUID | None, amount: int, method: PaymentMethod | None) -> Payment | None:
    """The payment that this form has made already, if it asks for the same and that has not failed."""
    if token is None:
        return None
    same = Payment.objects.filter(pk=token, account=account, amount=amount, method=method)
    return same.exclude(state__in=[Payment.State.FAILED, Payment.State.ABANDONED]).first()


def _free_id(token: UUID | None) -> UUID:
    return uuid7() if token is None or Payment.objects.filter(pk=token).exists() else token


def _check_amount(account: Account, amount: int) -> None:
    due = due_of(account)
    least = max(due, LEAST)
    if amount < least:
        what = money(account.money(least))
        message = _("%s is due: pay that, or more.") if due >= LEAST else _("The least is %s.")
        raise Refused(message % what, code="too-small", field="amount")
    # What is due may be more than anybody pays otherwise.
    if amount > max(due, LARGEST):
        message = _("The most at once is %s.") % money(account.money(max(due, LARGEST)))
        raise Refused(message, code="too-large", field="amount")


def _check_pace(account: Account) -> None:
    since = timezone.now() - timedelta(hours=1)
    begun = account.payments.filter(asked_at__gt=since).exclude(purpose=Payment.Purpose.REFILL)
    if begun.count() >= MOST_IN_AN_HOUR:
        raise Refused(_("Many payments were begun here within an hour. Try again later."), code="allowance")
