"""The tasks of billing: each calls the action of its name."""

from uuid import UUID

from billing.actions import dunning, invoices, payments, promotions, usage
from billing.actions.subscriptions import announcing, limits, renewing
from billing.gateways import sandbox
from console.celery import app

# Ends before the claim does (outbox.leases.LEASE): nobody else may be at it meanwhile.
SOFT_LIMIT = 20
HARD_LIMIT = 24


@app.task(name="billing.record_usage")
def record_usage() -> None:
    """Write down and charge what ran in the hours that are over, and tell of prices that have risen."""
    usage.record_usage()
    usage.tell_of_prices()


@app.task(name="billing.end_promotions")
def end_promotions() -> None:
    """Take out of the funds what is left of promotional credit that has ended, and tell of what soon does."""
    promotions.end_promotions()
    promotions.tell_of_ending_promotions()


@app.task(name="billing.renew_due")
def renew_due() -> None:
    """Charge the periods that have begun, end what ends, and tell of what soon does."""
    renewing.renew_due()
    announcing.tell_of_ends()


@app.task(name="billing.remind_and_suspend")
def remind_and_suspend() -> None:
    """Remind who owes something, and suspend who has for too long."""
    dunning.remind_and_suspend()


@app.task(name="billing.follow_plans")
def follow_plans() -> None:
    """Give who has a plan the limits that it has now, and tell of prices that rise."""
    limits.apply_plans()
    announcing.tell_of_prices()


@app.task(name="billing.carry_payment", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def carry_payment(payment_id: str) -> None:
    """Take a payment to its gateway, or find out there what became of it, if that is due."""
    payments.look_after(UUID(payment_id))


@app.task(name="billing.carry_refund", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def carry_refund(refund_id: str) -> None:
    """Have a gateway give money back, if that is due."""
    payments.carry_refund(UUID(refund_id))


@app.task(name="billing.forget_method", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
def forget_method(method_id: str) -> None:
    """Have a gateway forget a card, if that is due."""
    payments.forget_method(UUID(method_id))


@app.task(name="billing.sweep_payments")
def sweep_payments() -> None:
    """Send what the sandbox has to tell, and wake workers up for everything that is due."""
    sandbox.send_messages()
    payments.sweep_payments()


@app.task(name="billing.tell_of_expiring_cards")
def tell_of_expiring_cards() -> None:
    """Tell of cards that expire soon."""
    payments.tell_of_expiring_cards()


@app.task(name="billing.issue_invoices")
def issue_invoices() -> None:
    """Issue the invoices of the months that are over."""
    invoices.issue_due()
