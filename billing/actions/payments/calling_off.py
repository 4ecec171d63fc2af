"""Payments that somebody began and does not go on with: called off, so that nothing waits for them."""

from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing import gateways
from billing.actions.locking import lock_account
from billing.actions.payments.settling import abandon_payment, settle_payment
from billing.gateways.base import Gateway, Unreachable
from billing.models import Payment
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


def call_off_payment(*, organization: Organization, payment: Payment, by: Actor) -> Payment:
    """Let nobody go on with a payment that waits for somebody; the row as it is then, paid if that was quicker.

    Raises Refused for one that does not wait, and where the gateway does not answer.
    """
    note_called_off(organization=organization, payment=payment, by=by)
    try:
        return give_up(gateways.named(payment.gateway), payment)
    except Unreachable:
        raise Refused(
            _("The payment company does not answer at the moment. Try again in a minute."), code="unreachable"
        ) from None


@audited("payment.called_off")
def note_called_off(*, organization: Organization, payment: Payment, by: Actor) -> Payment:
    """Write down that somebody calls a payment off. Raises Refused for one that does not wait for anybody."""
    account, by = lock_account(organization, by, Permission.PAY)
    payment = account.payments.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.state != Payment.State.WAITING:
        raise Refused(_("This payment does not wait for you any more."), code="not-waiting")
    record("payment.called_off", by=by, organization_id=account.pk, target=payment)
    return payment


def give_up(gateway: Gateway, payment: Payment) -> Payment:
    """Let nobody pay any more at the gateway, and write down what is so then. Raises Unreachable."""
    gateway.abandon(payment)
    # Somebody may have paid at this moment.
    outcome = gateway.find(payment)
    if outcome is None or outcome.state == "waiting":
        return abandon_payment(payment.pk)
    return settle_payment(payment.pk, outcome)
