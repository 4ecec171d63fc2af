"""Payments: begun by people, programs and low funds, taken to a gateway, settled once, given back, disputed."""

from billing.actions.payments.calling_off import call_off_payment
from billing.actions.payments.carrying import carry_payment, look_after
from billing.actions.payments.events import take_message
from billing.actions.payments.methods import forget_method, make_default, remove_method, tell_of_expiring_cards
from billing.actions.payments.refunds import carry_refund, fail_refund, refund_payment, settle_refund
from billing.actions.payments.settling import abandon_payment, fail_payment, settle_payment
from billing.actions.payments.starting import start_payment, start_setup, usable_methods
from billing.actions.payments.sweeping import ask_again, hurry, note_returned, sweep_payments, wake_if_due

__all__ = [
    "abandon_payment",
    "ask_again",
    "call_off_payment",
    "carry_payment",
    "carry_refund",
    "fail_payment",
    "fail_refund",
    "forget_method",
    "hurry",
    "look_after",
    "make_default",
    "note_returned",
    "refund_payment",
    "remove_method",
    "settle_payment",
    "settle_refund",
    "start_payment",
    "start_setup",
    "sweep_payments",
    "take_message",
    "tell_of_expiring_cards",
    "usable_methods",
    "wake_if_due",
]
