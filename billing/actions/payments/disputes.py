"""Somebody wants a payment back through their bank: it leaves the funds at once, and comes back if we win.

A gateway tells of it when it likes: in any order, late and twice. What was decided stays so.
"""

from django.db.models import F

from audit.recording import record
from billing.actions import refills, standing
from billing.actions.ledger import book
from billing.gateways import base
from billing.letters import payments as letters
from billing.models import Dispute, Payment, Reason
from organizations.actors import Actor

State = Dispute.State


def note_dispute(payment: Payment, said: base.Dispute, *, by: Actor) -> bool:
    """Write down what a gateway says of a dispute about a payment that the caller has locked; whether that is news.

    What it takes may leave the funds below zero: it is gone already. No more than what is left of the payment is
    taken: the rest when it comes in (`take_rest`).
    """
    state = State(said.state)
    dispute = Dispute.objects.filter(gateway=payment.gateway, external_id=said.external_id).first()
    if dispute is not None and (dispute.payment_id != payment.pk or dispute.state != State.OPEN):
        return False
    if dispute is not None and state == State.OPEN:
        return False
    is_new = dispute is None
    dispute = dispute or Dispute(
        payment=payment, gateway=payment.gateway, external_id=said.external_id, amount=said.amount
    )
    dispute.state = state
    if state == State.WON:
        _give_back(dispute, payment)
    dispute.save()
    take_rest(payment)
    record(
        "payment.disputed",
        by=by,
        organization_id=payment.account_id,
        target=payment,
        after={"state": dispute.state, "amount": dispute.amount, "currency": payment.account.currency},
    )
    # Whose card it is says that they did not pay: it is charged no more by itself.
    if is_new and state != State.WON:
        refills.switch_off(payment.account, by=by)
    letters.tell_of_dispute(dispute, payment)
    standing.review(payment.account, by=by)
    return True


def take_rest(payment: Payment) -> None:
    """Take what is disputed of a payment and could not be taken yet; the caller has locked it.

    It was not credited when its gateway told of the dispute, or a part of it was on its way back, or disputed twice,
    and has just come into the funds again.
    """
    lacking = Dispute.objects.filter(payment=payment, taken__lt=F("amount")).exclude(state=State.WON)
    for dispute in lacking.order_by("id"):
        _take(dispute, payment)
        dispute.save()


def _take(dispute: Dispute, payment: Payment) -> None:
    before = dispute.taken
    more = min(dispute.amount - before, payment.returnable)
    if more:
        dispute.taken += more
        payment.disputed += more
        payment.save(update_fields=["disputed"])
        key = f"dispute:{dispute.pk}:{f'after-{before}' if before else 'open'}"
        book(payment.account, Reason.DISPUTE, -more, key=key, payment=payment)


def _give_back(dispute: Dispute, payment: Payment) -> None:
    taken, dispute.taken = dispute.taken, 0
    if taken:
        payment.disputed -= taken
        payment.save(update_fields=["disputed"])
        key = f"dispute:{dispute.pk}:won"
        book(payment.account, Reason.DISPUTE_WON, taken, key=key, payment=payment)
