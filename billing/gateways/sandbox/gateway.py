"""The sandbox as a gateway."""

from collections.abc import Mapping
from datetime import datetime
from typing import override
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from billing.gateways.base import Gateway, Message, NotAccepted, Outcome, RefundOutcome, Unreachable
from billing.gateways.sandbox import messages, paying
from billing.gateways.sandbox.cards import Behaviour
from billing.gateways.sandbox.outcomes import KEY, outcome_of
from billing.models import Payment, PaymentMethod, Refund, SandboxCard, SandboxPayment, SandboxRefund

NO_CARD = gettext_noop("The card is no longer kept.")
TOO_MUCH = gettext_noop("More than is left of the payment cannot go back.")


class Sandbox(Gateway):
    """For trials: no money moves."""

    key = KEY
    is_real = False

    @override
    def begin(self, payment: Payment, *, back: str) -> Outcome:
        return outcome_of(_known(payment, back=back))

    @override
    def charge(self, payment: Payment, method: PaymentMethod, *, back: str) -> Outcome:
        try:
            card = SandboxCard.objects.get(pk=method.external_id, customer=_customer(payment))
        except (SandboxCard.DoesNotExist, ValidationError):
            raise NotAccepted(NO_CARD) from None
        known = paying.charge(_known(payment, back=back, card=card).pk)
        if card.behaviour == Behaviour.SILENT and payment.amount:
            raise Unreachable
        return outcome_of(known)

    @override
    def find(self, payment: Payment) -> Outcome | None:
        known = SandboxPayment.objects.filter(reference=payment.pk).first()
        if known is None:
            return None
        if known.silent_until and known.silent_until > timezone.now():
            raise Unreachable
        # What has happened meanwhile.
        messages.send_messages(known.pk)
        return outcome_of(SandboxPayment.objects.select_related("card").get(pk=known.pk))

    @override
    def abandon(self, payment: Payment) -> None:
        paying.call_off(payment.pk)

    @override
    def refund(self, refund: Refund) -> RefundOutcome:
        given = _give_back(refund.pk, refund.payment_id, refund.amount)
        return RefundOutcome(state="done", external_id=str(given.pk), amount=given.amount)

    @override
    def forget(self, method: PaymentMethod) -> None:
        SandboxCard.objects.filter(pk=method.external_id).delete()

    @override
    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        return messages.read(headers, body, now=now)


def _customer(payment: Payment) -> str:
    return f"c-{payment.account_id.hex}"


def _known(payment: Payment, *, back: str, card: SandboxCard | None = None) -> SandboxPayment:
    """The payment as the sandbox knows it: made the first time that it hears of it."""
    known, _is_new = SandboxPayment.objects.select_related("card").get_or_create(
        reference=payment.pk,
        defaults={
            "customer": _customer(payment),
            "amount": payment.amount,
            "currency": payment.account.currency,
            "card": card,
            "is_kept": payment.keeps_method,
            "back": back,
        },
    )
    return known


@transaction.atomic
def _give_back(reference: UUID, payment: UUID, amount: int) -> SandboxRefund:
    known = SandboxPayment.objects.select_for_update(of=("self",)).filter(reference=payment).first()
    given = SandboxRefund.objects.filter(reference=reference).first()
    if given is not None:
        return given
    if known is None or known.state != SandboxPayment.State.PAID or amount > known.amount - known.refunded:
        raise NotAccepted(TOO_MUCH)
    known.refunded += amount
    known.save(update_fields=["refunded"])
    return SandboxRefund.objects.create(reference=reference, payment=known, amount=amount)
