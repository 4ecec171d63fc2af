"""Actions on money, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from billing import actions
from billing.actions import corrections, invoices, promotions, refills
from billing.actions.dunning import remind_and_suspend
from billing.actions.ledger import book
from billing.actions.payments import calling_off, disputes, methods, refunds, settling, starting, sweeping
from billing.actions.subscriptions import cancelling, choosing, renewing
from billing.gateways.base import Card, Dispute, Outcome, RefundOutcome
from billing.models import Entry, Invoice, Payment, PaymentMethod, Plan, Reason, Refund, Subscription
from organizations.actors import Actor
from tests.audit.finding import audited_in
from tests.billing.making import account_of, fund, make_charge, make_method, make_payment, make_plan, make_recipient
from tests.cast import Cast

# What staff do for everybody: it stands in the log of the deployment (tests/billing/test_plans_of_staff, test_taxes).
OF_NOBODY = {"make_plan", "change_plan_terms", "set_tax_rate"}


def found() -> dict[str, Any]:
    """Every audited action of billing, by its name."""
    return audited_in(actions, besides=OF_NOBODY)


def bella(cast: Cast) -> Actor:
    return cast.bella.actor(cast.acme)


def paid(cast: Cast) -> Payment:
    """50 euros came in."""
    payment: Payment | None = fund(cast.acme, 5_000).payment
    assert payment is not None
    return payment


def waiting(cast: Cast) -> Payment:
    """50 euros for which somebody went to the gateway."""
    return make_payment(cast.acme, 5_000, state="waiting")


def subscribed(cast: Cast) -> Subscription:
    """To a plan for 20 euros a month."""
    fund(cast.acme, 5_000)
    plan = Plan.objects.filter(key="team").first() or make_plan()
    return choosing.choose_plan(organization=cast.acme, plan=plan, interval="month", by=bella(cast))


def cancelled(cast: Cast) -> Subscription:
    subscribed(cast)
    return cancelling.cancel_plan(organization=cast.acme, by=bella(cast))


def a_month_later(cast: Cast) -> None:
    """The next period is charged."""
    subscribed(cast)
    with time_machine.travel(timezone.now() + timedelta(days=32), tick=False):
        renewing.renew_due()


def owing(cast: Cast) -> None:
    """A dispute takes what was spent already."""
    payment = paid(cast)
    charge = make_charge(cast.acme, 4_000)
    account = account_of(cast.acme)
    book(account, Reason.SUBSCRIPTION, -4_000, key=charge.key, charge=charge)
    dispute(payment)


def dispute(payment: Payment) -> None:
    payment, by = settling.lock_payment(payment.pk)
    said = Dispute(external_id="d-1", state="open", amount=payment.amount)
    disputes.note_dispute(payment, said, by=by)


def suspended(cast: Cast) -> None:
    """It owes for longer than the days of grace."""
    owing(cast)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        remind_and_suspend()


def billed(cast: Cast) -> Invoice:
    """Last month's invoice."""
    month = (timezone.now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    make_charge(cast.acme, 2_000, month=month)
    invoice = invoices.issue_invoice(account=account_of(cast.acme), month=month, by=Actor.system())
    assert invoice is not None
    return invoice


def settle(cast: Cast) -> Payment:
    """The gateway says that a payment is paid."""
    waits = make_payment(cast.acme, 5_000, state="waiting")
    outcome = Outcome(state="paid", external_id=waits.external_id, amount=5_000, currency="EUR")
    return settling.settle_payment(waits.pk, outcome)


def keep(cast: Cast) -> PaymentMethod | None:
    """A gateway keeps a card."""
    card = Card(external_id="card-1", brand="Visa", last4="4242")
    return methods.keep_method(account_of(cast.acme), "sandbox", card, asked_by=cast.bella.user, by=Actor.system())


def refund(cast: Cast) -> Refund:
    return refunds.refund_payment(payment=paid(cast), amount=500, note="Too much", by=Actor.system())


def settle_refund(cast: Cast) -> Refund:
    """The gateway says that it gave something back."""
    return refunds.settle_refund(refund(cast).pk, RefundOutcome(state="done", external_id="r-1", amount=500))


def given(cast: Cast) -> None:
    """Promotional credit until tomorrow."""
    ends_at = timezone.now() + timedelta(days=1)
    promotions.give_promotion(organization=cast.acme, amount=500, ends_at=ends_at, note="Hello", by=Actor.system())


def ended(cast: Cast) -> None:
    """It was not spent."""
    given(cast)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        promotions.end_promotions()


def change_refill(cast: Cast) -> None:
    make_method(cast.acme)
    terms = {"refill_below": 1_000, "refill_amount": 5_000, "low_below": None}
    refills.change_refill(organization=cast.acme, **terms, by=bella(cast))


def correct(cast: Cast) -> Entry:
    """Staff gave too much."""
    entry = corrections.give_credit(organization=cast.acme, amount=500, note="Sorry", by=Actor.system())
    return corrections.correct_entry(entry=entry, amount=100, note="Too much", by=Actor.system())


# By what tasks and gateways bring about, beside the actions: each leaves an event, too.
BROUGHT_ABOUT: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "settle_payment": ("payment.settled", settle),
    "settle_refund": ("refund.settled", settle_refund),
    "note_dispute": ("payment.disputed", lambda c: dispute(paid(c))),
    "keep_method": ("payment_method.kept", keep),
    "renew_due": ("plan.renewed", a_month_later),
    "end_promotions": ("promotion.ended", ended),
    "review": ("organization.past_due", owing),
    "remind_and_suspend": ("organization.suspended", suspended),
}

BILLING: dict[str, tuple[str, Callable[[Cast], object]]] = {
    **BROUGHT_ABOUT,
    "start_payment": (
        "payment.started",
        lambda c: starting.start_payment(
            organization=c.acme, amount=5_000, method=None, keeps_method=False, by=bella(c)
        ),
    ),
    "start_setup": ("payment.started", lambda c: starting.start_setup(organization=c.acme, by=bella(c))),
    "note_called_off": (
        "payment.called_off",
        lambda c: calling_off.note_called_off(organization=c.acme, payment=waiting(c), by=bella(c)),
    ),
    "note_asked_again": (
        "payment.asked_again",
        lambda c: sweeping.note_asked_again(payment=paid(c), by=Actor.system()),
    ),
    "refund_payment": ("refund.started", refund),
    "make_default": (
        "payment_method.made_default",
        lambda c: methods.make_default(method=make_method(c.acme, is_default=False), by=bella(c)),
    ),
    "remove_method": (
        "payment_method.removed",
        lambda c: methods.remove_method(method=make_method(c.acme), by=bella(c)),
    ),
    "change_refill": ("refill.changed", change_refill),
    "give_promotion": ("promotion.given", given),
    "give_credit": (
        "credit.given",
        lambda c: corrections.give_credit(organization=c.acme, amount=500, note="Sorry", by=Actor.system()),
    ),
    "correct_entry": ("entry.corrected", correct),
    "choose_plan": ("plan.chosen", subscribed),
    "cancel_plan": ("plan.cancelled", cancelled),
    "resume_plan": (
        "plan.resumed",
        lambda c: (cancelled(c), cancelling.resume_plan(organization=c.acme, by=bella(c))),
    ),
    "issue_invoice": ("invoice.issued", billed),
    "issue_credit_note": (
        "credit_note.issued",
        lambda c: invoices.issue_credit_note(invoice=billed(c), note="Sorry", by=Actor.system()),
    ),
    "edit_invoicing": (
        "invoicing.edited",
        lambda c: invoices.edit_invoicing(organization=c.acme, purchase_order="PO 1", language="", by=bella(c)),
    ),
    "add_recipient": (
        "invoice_recipient.added",
        lambda c: invoices.add_recipient(organization=c.acme, email="books@example.com", by=bella(c)),
    ),
    "remove_recipient": (
        "invoice_recipient.removed",
        lambda c: invoices.remove_recipient(organization=c.acme, pk=make_recipient(c.acme).pk, by=bella(c)),
    ),
}
