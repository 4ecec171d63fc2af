"""What the machine of money does with payments: they are begun, told of, refunded and disputed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import transaction

from billing.actions.payments.disputes import note_dispute
from billing.actions.payments.refunds import refund_payment, settle_refund
from billing.actions.payments.settling import lock_payment, settle_payment
from billing.actions.payments.starting import start_payment
from billing.gateways.base import Dispute, Outcome, RefundOutcome
from billing.models import Payment
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.money_model import MOVES, Disputed, Model, Paid, Refunded

AMOUNTS = (30_000, 2400, 99_999, 2399, 100, 5000, 1)
STAFF = Actor.system()


class Paying:
    """Rita pays for Rival, a gateway tells of it, staff give back, and banks take back."""

    rita: ClassVar[Actor]
    rival: ClassVar[Organization]
    steps: ClassVar[int] = 0
    refusals: ClassVar[int] = 0
    model: Model
    paid: list[Paid]
    time: Any

    def pay(self, a: int, b: int, _c: int) -> None:
        amount = self.model.due if a % 3 == 0 and self.model.due else AMOUNTS[b % len(AMOUNTS)]
        made: list[Payment] = []
        least = max(self.model.due, 100)
        if self.attempt(
            {"too-small"} if amount < least else set(),
            lambda: made.append(
                start_payment(organization=self.rival, amount=amount, method=None, keeps_method=False, by=self.rita)
            ),
            may={"allowance", "too-large"},
        ):
            self.paid.append(Paid(made[0].pk, amount))

    def say(self, a: int, b: int, c: int) -> None:
        """A gateway tells of a payment: of any, in any order, twice, or what is not true."""
        if not self.paid:
            return
        paid = self.paid[-1] if a % 2 else self.paid[a % len(self.paid)]
        state = ("paid", "paid", "paid", "waiting", "processing", "failed", "abandoned")[b % 7]
        is_wrong = c % 10 == 0
        outcome = Outcome(
            state=state,  # type: ignore[arg-type] # a word of the tuple above
            external_id=f"pi-{paid.pk}",
            amount=paid.amount + (1 if is_wrong else 0),
            currency="EUR",
        )
        for _twice in range(1 + c % 2):
            settle_payment(paid.pk, outcome)
        self.note(paid, "odd" if is_wrong else state)

    def note(self, paid: Paid, state: str) -> None:
        """What the model makes of it."""
        if state == "odd":
            paid.state = paid.state if paid.state == "paid" else "odd"
            return
        from_where = paid.state
        if state not in MOVES[from_where]:
            return
        paid.state = state
        if state == "paid":
            self.model.come(paid.amount)
            self.take_rest(paid)
            self.model.review()

    def refund(self, a: int, b: int, _c: int) -> None:
        if not self.paid:
            return
        paid, amount = self.paid[a % len(self.paid)], AMOUNTS[b % len(AMOUNTS)]
        most = min(paid.returnable, self.model.returnable)
        if b % 3 == 0:
            amount = max(most, 1)
        payment, made = Payment.objects.get(pk=paid.pk), []
        if self.attempt(
            set() if amount <= most else {"too-large"},
            lambda: made.append(refund_payment(payment=payment, amount=amount, note="Sorry", by=STAFF)),
        ):
            paid.refunds.append(Refunded(made[0].pk, amount))
            self.model.go(amount)
            self.model.review()

    def say_of_refund(self, a: int, b: int, c: int) -> None:
        refunds = [(paid, refund) for paid in self.paid for refund in paid.refunds]
        if not refunds:
            return
        paid, refund = refunds[a % len(refunds)]
        state = ("done", "done", "failed", "started")[b % 4]
        for _twice in range(1 + c % 2):
            outcome = RefundOutcome(state=state, external_id=f"re-{refund.pk}", amount=refund.amount)  # type: ignore[arg-type] # a word of the tuple above
            settle_refund(refund.pk, outcome)
        if state == "failed" and refund.state != "failed":
            self.model.come(refund.amount)
            refund.state = "failed"
            self.take_rest(paid)
            self.model.review()
        elif state == "done" and refund.state == "started":
            refund.state = "done"

    def dispute(self, a: int, b: int, c: int) -> None:
        """A bank wants money back, or decides: in any order, and twice."""
        if not self.paid:
            return
        paid, name = self.paid[a % len(self.paid)], "ab"[b % 2]
        state = ("open", "open", "won", "lost")[c % 4]
        amount = max(1, paid.amount // (1 + b % 3))
        known = paid.disputes.get(name)
        external_id = f"dp-{paid.pk}-{name}"
        said = Dispute(external_id=external_id, state=state, amount=known.amount if known else amount)  # type: ignore[arg-type] # a word of the tuple above
        for _twice in range(1 + a % 2):
            with transaction.atomic():
                payment, by = lock_payment(paid.pk)
                note_dispute(payment, said, by=by)
        if known and (known.state != "open" or state == "open"):
            return
        disputed = known or Disputed(state, amount)
        disputed.state = state
        paid.disputes[name] = disputed
        if known and state == "won":
            self.model.come(disputed.taken)
            disputed.taken = 0
        self.take_rest(paid)
        self.model.review()

    def take_rest(self, paid: Paid) -> None:
        """What is disputed is gone, as far as it was not yet."""
        for disputed in paid.disputes.values():
            if disputed.state != "won":
                more = min(disputed.amount - disputed.taken, paid.returnable)
                disputed.taken += more
                self.model.go(more)

    def attempt(self, why_not: set[str], act: Callable[[], object], *, may: set[str] = frozenset()) -> bool:  # type: ignore[assignment] # an empty one
        try:
            act()
        except Refused as refusal:
            code = refusal.code
        else:
            assert not why_not, f"It was done, although {why_not}."
            return True
        type(self).refusals += 1
        assert code in why_not | may, f"Refused ({code}); against it stood {why_not}."
        return False

    def shift(self, by: timedelta) -> None:
        self.time.shift(by)
        self.model.now += by
