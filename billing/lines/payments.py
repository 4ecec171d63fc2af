"""Events of payments in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.lines import Line, Names, Told
from billing.amounts import to_money
from billing.models import Dispute, Payment, Refund
from console.money import money

TOPIC = "billing"


def _amount(event: Told) -> str:
    after: Mapping[str, Any] = event["after"]
    return money(to_money(after["amount"], after["currency"]))


def _payment(event: Told, names: Names) -> Mapping[str, str]:
    return {"amount": _amount(event)}


def _settled(event: Told, names: Names) -> Mapping[str, str]:
    return {"amount": _amount(event), "state": str(Payment.State(event["after"]["state"]).label)}


def _refund(event: Told, names: Names) -> Mapping[str, str]:
    return {"amount": _amount(event), "state": str(Refund.State(event["after"]["state"]).label)}


def _dispute(event: Told, names: Names) -> Mapping[str, str]:
    return {"amount": _amount(event), "state": str(Dispute.State(event["after"]["state"]).label)}


PAYMENTS: Mapping[str, Line] = {
    "payment.started": Line(
        TOPIC,
        "credit-card",
        _("Payment begun"),
        _("Refused to begin a payment"),
        named=_("Began a payment of %(amount)s"),
        words=_payment,
    ),
    "payment.settled": Line(
        TOPIC,
        "circle-check",
        _("Payment came into another state"),
        named=_("A payment of %(amount)s is now: %(state)s"),
        words=_settled,
    ),
    "payment.disputed": Line(
        TOPIC,
        "gavel",
        _("Payment disputed"),
        named=_("A payment is disputed for %(amount)s; the dispute is now: %(state)s"),
        words=_dispute,
    ),
    "payment.called_off": Line(TOPIC, "circle-x", _("Payment called off"), _("Refused to call off a payment")),
    "payment.asked_again": Line(
        TOPIC,
        "refresh-cw",
        _("Our staff asked the payment company about a payment"),
        _("Refused to ask about a payment"),
    ),
    "refund.started": Line(
        TOPIC,
        "undo-2",
        _("Refund begun"),
        _("Refused to refund a payment"),
        named=_("Began to give %(amount)s of a payment back"),
        words=_payment,
    ),
    "refund.settled": Line(
        TOPIC,
        "undo-2",
        _("Refund came into another state"),
        named=_("A refund of %(amount)s is now: %(state)s"),
        words=_refund,
    ),
    "payment_method.kept": Line(TOPIC, "credit-card", _("Card kept"), named=_("The card %(target)s is kept")),
    "payment_method.made_default": Line(
        TOPIC,
        "credit-card",
        _("Card made the default"),
        _("Refused to make a card the default"),
        named=_("Made the card %(target)s the default"),
    ),
    "payment_method.removed": Line(
        TOPIC,
        "credit-card",
        _("Card removed"),
        _("Refused to remove a card"),
        named=_("Removed the card %(target)s"),
    ),
    "refill.changed": Line(TOPIC, "repeat", _("Automatic payments changed"), _("Refused to change automatic payments")),
}
