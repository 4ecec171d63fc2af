"""Keeps the demo's books: what an organization paid and was charged, on the days on which that is said to have been.

As rows, since actions happen now; but for that as the actions write them, so that `manage.py verify_ledger` finds
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from billing.actions.charging import treated_on
from billing.actions.dunning import REMINDERS
from billing.actions.ledger import book
from billing.actions.subscriptions.limits import apply_limits
from billing.gateways.sandbox.cards import BRAND, Behaviour
from billing.models import (
    Account,
    Charge,
    Customer,
    Dispute,
    Payment,
    PaymentMethod,
    Period,
    Plan,
    Promotion,
    Reason,
    Refund,
    SandboxCard,
    Subscription,
)
from billing.models.subscription import GRACE
from billing.periods import month_of, start_of
from billing.taxes import vat_on
from console.ids import uuid7
from organizations.models import Organization

# A refill is there so soon.
SOON = timedelta(minutes=2)
GATEWAY = "sandbox"


@dataclass
class Books:
    """The account of an organization, and ``agenda``: what is written there, each with when that was."""

    account: Account
    payer: User
    agenda: list[tuple[datetime, Callable[[datetime], Any]]] = field(default_factory=list)

    @classmethod
    def of(cls, organization: Organization, payer: User) -> "Books":
        """Empty ones, which somebody of the organization is said to pay for."""
        account, _is_new = Account.objects.get_or_create(
            pk=organization.pk,
            defaults={"organization": organization, "currency": Account.new(organization).currency},
        )
        return cls(account, payer)

    def on(self, at: datetime, do: Callable[[datetime], Any]) -> None:
        """Put something on the agenda."""
        self.agenda.append((at, do))

    def write(self) -> None:
        """Write all of it, in the order of time."""
        now = timezone.now()
        for at, do in sorted(self.agenda, key=lambda one: one[0]):
            if at < now:
                do(at)
        self.account.save()

    def keep_card(self, last4: str, *, year: int, behaviour: Behaviour = Behaviour.SUCCEEDS) -> PaymentMethod:
        """A card that the sandbox keeps, which can be charged; the first one is the default."""
        customer, _is_new = Customer.objects.get_or_create(
            account=self.account, gateway=GATEWAY, defaults={"external_id": f"c-{self.account.pk.hex}"}
        )
        card = SandboxCard.objects.create(
            customer=customer.external_id, behaviour=behaviour, last4=last4, expires_year=year, expires_month=8
        )
        return PaymentMethod.objects.create(
            account=self.account,
            gateway=GATEWAY,
            external_id=str(card.pk),
            brand=BRAND,
            last4=last4,
            expires_year=year,
            expires_month=8,
            is_default=not self.account.methods.filter(is_default=True).exists(),
            added_by=self.payer,
        )

    def pay(self, at: datetime, amount: int, **fields: Any) -> Payment:
        """Somebody paid in; what ``fields`` say otherwise."""
        state = fields.get("state", Payment.State.PAID)
        payment = Payment.objects.create(
            account=self.account,
            amount=amount,
            **{
                "state": state,
                "gateway": GATEWAY,
                "external_id": str(uuid7()),
                "method_name": f"{BRAND} •••• 4242",
                "asked_by": self.payer,
                "asked_at": at,
                "settled_at": at + SOON / 2,
                **fields,
            },
        )
        if state == Payment.State.PAID:
            book(self.account, Reason.TOP_UP, amount, key=f"payment:{payment.pk}", payment=payment, at=at)
            self.account.first_paid_at = self.account.first_paid_at or at
        return payment

    def give(self, at: datetime, amount: int, *, ends_at: datetime, note: str) -> Promotion:
        """Staff gave promotional credit."""
        promotion = Promotion.objects.create(
            account=self.account, amount=amount, left=amount, given_at=at, ends_at=ends_at, note=note
        )
        book(self.account, Reason.PROMOTION, amount, key=f"promotion:{promotion.pk}", promotion=promotion, at=at)
        return promotion

    def refund(self, at: datetime, payment: Payment, amount: int, note: str) -> None:
        """Staff gave some of a payment back."""
        refund = Refund.objects.create(
            payment=payment, amount=amount, note=note, state=Refund.State.DONE, asked_at=at, settled_at=at + SOON
        )
        payment.refunded += amount
        payment.save(update_fields=["refunded"])
        about = {"refund": refund, "payment": payment, "note": note}
        book(self.account, Reason.REFUND, -amount, key=f"refund:{refund.pk}", at=at, **about)

    def dispute(self, at: datetime, payment: Payment) -> None:
        """Whoever paid says that they did not, and their bank believes them."""
        dispute = Dispute.objects.create(
            payment=payment,
            gateway=GATEWAY,
            external_id=str(uuid7()),
            amount=payment.amount,
            taken=payment.amount,
            state=Dispute.State.LOST,
            opened_at=at,
        )
        payment.disputed = payment.amount
        payment.save(update_fields=["disputed"])
        key = f"dispute:{dispute.pk}:open"
        book(self.account, Reason.DISPUTE, -payment.amount, key=key, payment=payment, at=at)

    def spend(self, at: datetime, reason: Reason, charge: Charge, amount: int, key: str) -> None:
        """A charge takes something; where that leaves little, the card is charged at once."""
        book(self.account, reason, -amount, key=key, charge=charge, at=at)
        account = self.account
        if account.refill_below is not None and account.refill_amount and account.balance < account.refill_below:
            method = account.methods.get(is_default=True)
            purpose = Payment.Purpose.REFILL
            self.pay(at + SOON, account.refill_amount, purpose=purpose, method=method, asked_by=None)

    def subscribe(self, plan: Plan, interval: str, since: datetime) -> Subscription:
        """It subscribes to a plan since then; each period is charged on its day."""
        ends = [start_of(since, interval, number + 1) for number in range(60)]
        number = sum(end <= timezone.now() for end in ends)
        price = plan.price(interval) or 0
        subscription = Subscription.objects.create(
            account=self.account,
            plan=plan,
            interval=interval,
            anchor=since,
            number=number,
            period_start=start_of(since, interval, number),
            period_end=ends[number],
            started_at=since,
            price_told=price,
        )
        for each in range(number + 1):
            self.on(start_of(since, interval, each), self._charging(subscription, each))
        if self.account.organization is not None:
            apply_limits(self.account.organization, plan)
        return subscription

    def be_past_due(self, subscription: Subscription) -> None:
        """The last period could not be charged: since then something is due."""
        missed, last = subscription.period_start, subscription.number - 1
        subscription.state, subscription.number = Subscription.State.PAST_DUE, last
        subscription.period_start = start_of(subscription.anchor, subscription.interval, last)
        subscription.period_end = missed
        subscription.save()
        self.agenda = [(at, do) for at, do in self.agenda if at < missed]
        # What has gone out by now (actions.dunning).
        age = timezone.now() - missed
        self.account.past_due_since = missed
        self.account.reminders = sum(age >= timedelta(days=day) for day in (*REMINDERS, GRACE.days))

    def _charging(self, subscription: Subscription, number: int) -> Callable[[datetime], None]:
        plan, interval = subscription.plan, subscription.interval
        key, end = f"period:{subscription.pk}:{number}", start_of(subscription.anchor, interval, number + 1)

        def write(at: datetime) -> None:
            made = self._charge(at, end, subscription, key)
            Period.objects.create(
                subscription=subscription, number=number, start=at, end=end, plan=plan, net=made.net, charge=made
            )
            self.spend(at, Reason.SUBSCRIPTION, made, made.total, key)

        return write

    def _charge(self, start: datetime, end: datetime, subscription: Subscription, key: str) -> Charge:
        treated = treated_on(self.account, start.date())
        net = subscription.price_told
        return Charge.objects.create(
            account=self.account,
            kind=Charge.Kind.PERIOD,
            key=key,
            month=month_of(start),
            start=start,
            end=end,
            plan_name=subscription.plan.name,
            interval=subscription.interval,
            net=net,
            vat=vat_on(net, treated.rate),
            rate=treated.rate,
            country=treated.country,
            treatment=treated.treatment,
            created_at=start,
        )
