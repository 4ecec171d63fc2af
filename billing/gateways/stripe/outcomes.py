"""What Stripe's objects say, as ours: read from their JSON, whether it came as an answer or in a message.

Stripe's objects are read as what they are, nested mappings: a field that an older or newer version leaves out is None.
Nothing here decides: amounts, currency and customer are compared with the row by `actions.payments.settling`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from billing.gateways.base import Card, Dispute, Outcome, RefundOutcome
from billing.gateways.stripe.declines import DECLINED, is_dead, sentence_of

type Object = Mapping[str, Any]
type State = Literal["waiting", "processing", "paid", "failed", "abandoned"]

# Of a PaymentIntent that we confirm ourselves, with a card that is kept.
INTENT_STATES: Mapping[str, State] = {
    "succeeded": "paid",
    "processing": "processing",
    "requires_action": "waiting",
    "canceled": "abandoned",
    # Confirmed, and then back here: the card was declined.
    "requires_payment_method": "failed",
    # Made, and not confirmed yet: whoever made it goes on.
    "requires_confirmation": "processing",
}
REFUND_STATES: Mapping[str, Literal["started", "done", "failed"]] = {
    "pending": "started",
    "requires_action": "started",
    "succeeded": "done",
    "failed": "failed",
    "canceled": "failed",
}
# Money is taken when a dispute opens; an inquiry of the bank ("warning_…") takes none.
DISPUTE_STATES: Mapping[str, Literal["open", "won", "lost"]] = {
    "needs_response": "open",
    "under_review": "open",
    "won": "won",
    "lost": "lost",
}
# What Stripe calls a brand, where its name is not simply that: as shown (`display_brand`), and as routed (`brand`).
NAMES = {
    "american_express": "American Express",
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "diners_club": "Diners Club",
    "eftpos_au": "Eftpos Australia",
    "eftpos_australia": "Eftpos Australia",
    "jcb": "JCB",
    "other": "Card",
    "union_pay": "UnionPay",
    "unionpay": "UnionPay",
    "unknown": "Card",
}


def of_session(session: Object) -> Outcome:
    """A Checkout Session, in mode "payment" or "setup"."""
    asked = _metadata(session)
    intent = session.get("payment_intent") or session.get("setup_intent")
    known = intent if isinstance(intent, Mapping) else {}
    state = _state_of_session(session, known)
    return Outcome(
        state=state,
        external_id=str(session["id"]),
        amount=int(session.get("amount_total") or 0),
        # A setup has none; it is what we said it was.
        currency=str(session.get("currency") or asked.get("currency") or ""),
        customer=id_of(session.get("customer")),
        next_address=str(session.get("url") or "") if state == "waiting" else "",
        card=card_of(known.get("payment_method")),
        problem=_problem(known) if state == "failed" else "",
    )


def of_intent(intent: Object) -> Outcome:
    """A PaymentIntent with a card that is kept."""
    state = INTENT_STATES.get(str(intent.get("status")), "processing")
    code, decline_code = _codes(intent)
    return Outcome(
        state=state,
        external_id=str(intent["id"]),
        amount=int(intent.get("amount") or 0),
        currency=str(intent.get("currency") or ""),
        customer=id_of(intent.get("customer")),
        next_address=_redirect(intent) if state == "waiting" else "",
        card=card_of(intent.get("payment_method")),
        problem=_problem(intent) if state == "failed" else "",
        is_card_dead=state == "failed" and is_dead(code, decline_code),
    )


def of_decline(amount: int, currency: str, code: str, intent: Object) -> Outcome:
    """A card's no, as the error says it: with the PaymentIntent, or with a code alone."""
    if intent:
        failed = of_intent(intent)
        return failed if failed.state == "failed" else replace(failed, state="failed", problem=_problem(intent))
    dead = is_dead(code, "")
    sentence = sentence_of(code, "")
    return Outcome(
        state="failed", external_id="", amount=amount, currency=currency, problem=sentence, is_card_dead=dead
    )


def of_refund(refund: Object) -> RefundOutcome:
    """A Refund."""
    state = REFUND_STATES.get(str(refund.get("status")), "started")
    reason = str(refund.get("failure_reason") or "unknown").replace("_", " ")
    return RefundOutcome(
        state=state,
        external_id=str(refund["id"]),
        amount=int(refund.get("amount") or 0),
        problem=f"Stripe: {reason}" if state == "failed" else "",
    )


def of_dispute(dispute: Object) -> Dispute | None:
    """A Dispute; None where no money was taken: a bank only asks."""
    state = DISPUTE_STATES.get(str(dispute.get("status")))
    if state is None:
        return None
    return Dispute(external_id=str(dispute["id"]), state=state, amount=int(dispute.get("amount") or 0))


def card_of(method: object) -> Card | None:
    """What people know a card by; None for what is no card, or only the id of one."""
    card = method.get("card") if isinstance(method, Mapping) else None
    if not isinstance(method, Mapping) or not isinstance(card, Mapping):
        return None
    brand = str(card.get("display_brand") or card.get("brand") or "card")
    return Card(
        external_id=str(method["id"]),
        brand=NAMES.get(brand, brand.replace("_", " ").capitalize()),
        last4=str(card.get("last4") or ""),
        expires_year=card.get("exp_year"),
        expires_month=card.get("exp_month"),
    )


def id_of(what: object) -> str:
    """The id of what stands there by its id, or as a whole."""
    return str(what["id"]) if isinstance(what, Mapping) else str(what or "")


def our_id(thing: Object, name: Literal["payment", "refund"]) -> UUID | None:
    """The id that we gave a thing when we asked for it; None for what is not ours."""
    try:
        return UUID(str(_metadata(thing).get(name) or ""))
    except ValueError:
        return None


def decline_code(intent: Object) -> str:
    """What the bank says of the last time that a card was tried; empty where it says nothing."""
    return _codes(intent)[1]


def is_of_checkout(intent: Object) -> bool:
    """Whether it belongs to a Checkout Session, which alone says what becomes of it: there one may try again."""
    return _metadata(intent).get("through") == "checkout"


def _state_of_session(session: Object, intent: Object) -> State:
    if session.get("status") == "expired":
        return "abandoned"
    if session.get("status") != "complete":
        return "waiting"
    if session.get("payment_status") in {"paid", "no_payment_required"}:
        return "paid"
    # Done there, and the bank takes its time; or it has said no since.
    return "failed" if intent.get("status") in {"requires_payment_method", "canceled"} else "processing"


def _redirect(intent: Object) -> str:
    action = intent.get("next_action") or {}
    return str((action.get("redirect_to_url") or {}).get("url") or "")


def _problem(intent: Object) -> str:
    return sentence_of(*_codes(intent)) if _last_error(intent) else DECLINED


def _codes(intent: Object) -> tuple[str, str]:
    error = _last_error(intent)
    return str(error.get("code") or ""), str(error.get("decline_code") or "")


def _last_error(intent: Object) -> Object:
    error = intent.get("last_payment_error") or intent.get("last_setup_error")
    return error if isinstance(error, Mapping) else {}


def _metadata(thing: Object) -> Object:
    metadata = thing.get("metadata")
    return metadata if isinstance(metadata, Mapping) else {}
