"""Where a payment at the sandbox stands, in the words of any gateway."""

from typing import Literal, cast

from django.urls import reverse

from billing.gateways.base import Card, Outcome
from billing.gateways.sandbox.cards import BRAND, Behaviour
from billing.models import SandboxCard, SandboxPayment
from outbox.letters import absolute

KEY = "sandbox"

State = SandboxPayment.State

type OutcomeState = Literal["waiting", "processing", "paid", "failed", "abandoned"]


def outcome_of(payment: SandboxPayment, *, state: str = "") -> Outcome:
    """What the sandbox says of a payment, or would say if it stood in ``state``."""
    now = state or payment.state
    waits = {State.OPEN: "sandbox_card", State.CHALLENGED: "sandbox_challenge"}
    page = waits.get(State(now))
    return Outcome(
        state=cast("OutcomeState", "waiting" if page else now),
        external_id=str(payment.pk),
        amount=payment.amount,
        currency=payment.currency,
        customer=payment.customer,
        next_address=absolute(reverse(f"billing:{page}", args=[payment.pk])) if page else "",
        card=card_of(payment.card) if payment.card else None,
        problem=payment.problem,
        is_card_dead=bool(payment.card and payment.card.behaviour == Behaviour.LOST),
    )


def card_of(card: SandboxCard) -> Card:
    """A card that the sandbox keeps, as any gateway would say it."""
    return Card(
        external_id=str(card.pk),
        brand=BRAND,
        last4=card.last4,
        expires_year=card.expires_year,
        expires_month=card.expires_month,
    )
