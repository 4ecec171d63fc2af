"""A gateway that does what a test says, and notes what it was asked."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, override
from uuid import UUID

from pytest_django import Settings

from billing.gateways.base import Gateway, Message, NotSigned, Outcome, RefundOutcome
from billing.models import Payment, PaymentMethod, Refund


class Scripted(Gateway):
    """``answers``: what it says of each payment; what is an exception is raised, after it was done."""

    key = "scripted"
    is_real = True
    asked: ClassVar[list[str]] = []
    answers: ClassVar[dict[UUID, Outcome]] = {}
    # What the next requests meet.
    raises: ClassVar[list[BaseException]] = []
    state: ClassVar[Any] = "paid"
    refund_state: ClassVar[Any] = "done"
    # Further fields of what it says.
    says: ClassVar[dict[str, Any]] = {}

    @classmethod
    def outcome(cls, payment: Payment, **fields: Any) -> Outcome:
        """What it says of a payment that fits."""
        return Outcome(
            **{
                "state": cls.state,
                "external_id": f"ext-{payment.pk}",
                "amount": payment.amount,
                "currency": payment.account.currency,
                "customer": f"cus-{payment.account_id}",
                **cls.says,
                **fields,
            }
        )

    def _done(self, what: str, payment: Payment) -> Outcome:
        self.asked.append(what)
        self.answers.setdefault(payment.pk, self.outcome(payment))
        self._stumble()
        return self.answers[payment.pk]

    def _stumble(self) -> None:
        if self.raises:
            raise self.raises.pop(0)

    @override
    def begin(self, payment: Payment, *, back: str) -> Outcome:
        return self._done("begin", payment)

    @override
    def charge(self, payment: Payment, method: PaymentMethod, *, back: str) -> Outcome:
        return self._done("charge", payment)

    @override
    def find(self, payment: Payment) -> Outcome | None:
        self.asked.append("find")
        self._stumble()
        return self.answers.get(payment.pk)

    @override
    def abandon(self, payment: Payment) -> None:
        self.asked.append("abandon")
        self._stumble()

    @override
    def refund(self, refund: Refund) -> RefundOutcome:
        self.asked.append("refund")
        self._stumble()
        return RefundOutcome(state=self.refund_state, external_id=f"re-{refund.pk}", amount=refund.amount)

    @override
    def forget(self, method: PaymentMethod) -> None:
        self.asked.append("forget")
        self._stumble()

    @override
    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        if headers.get("signed") != "yes":
            raise NotSigned("signature")
        said = json.loads(body)
        return Message(external_id=said["id"], kind=said["kind"], body=said)


def use_scripted(settings: Settings) -> type[Scripted]:
    """New payments go through it; it succeeds, and knows nothing yet."""
    settings.GATEWAYS = {**settings.GATEWAYS, "scripted": "tests.billing.scripted.Scripted"}
    settings.PAYMENT_GATEWAY = "scripted"
    Scripted.asked, Scripted.answers, Scripted.raises = [], {}, []
    Scripted.state, Scripted.refund_state, Scripted.says = "paid", "done", {}
    return Scripted
