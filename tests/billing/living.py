"""An Acme with a bit of everything that has to do with money, for tests that look at all of it."""

from datetime import timedelta
from decimal import Decimal

import time_machine
from django.utils import timezone

from billing.actions.charging import rebill, usage_charge
from billing.actions.corrections import correct_entry, give_credit
from billing.actions.invoices.issuing import issue_due
from billing.actions.ledger import book
from billing.actions.payments.disputes import note_dispute
from billing.actions.payments.refunds import refund_payment
from billing.actions.promotions import end_promotions, give_promotion
from billing.actions.subscriptions.choosing import choose_plan
from billing.gateways import base
from billing.models import Entry, GatewayEvent, Reason, RefusedEvent, TaxRate, UsageHour, UsageLine
from console.ids import uuid7
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_method, make_payment, make_plan, make_recipient
from tests.cast import Cast


def live(cast: Cast) -> None:
    """A bit of everything: Acme pays, subscribes, runs a service, gets credit, a refund, a dispute, and its invoice."""
    staff, now = Actor.system(), timezone.now()
    with time_machine.travel(now - timedelta(days=62), tick=False):
        fund(cast.acme, 100_00)
        give_promotion(
            organization=cast.acme, amount=20_00, ends_at=timezone.now() + timedelta(days=9), note="Hello", by=staff
        )
        choose_plan(organization=cast.acme, plan=make_plan(), interval="month", by=cast.olivia.actor(cast.acme))
        credit = give_credit(organization=cast.acme, amount=5_00, note="Sorry", by=staff)
        correct_entry(entry=credit, amount=1, note="A slip", by=staff)
        use_an_hour(cast)
    end_promotions()
    dispute_a_payment(cast, fund(cast.acme, 30_00))
    payment = make_payment(cast.acme, 10_00)
    book(payment.account, Reason.TOP_UP, 10_00, key=f"payment:{payment.pk}", payment=payment)
    refund_payment(payment=payment, amount=4_00, note="Too much", by=staff)
    issue_due()


def use_an_hour(cast: Cast) -> None:
    """An hour of something for 0.3333, charged."""
    account, now = account_of(cast.acme), timezone.now().replace(minute=0, second=0, microsecond=0)
    charged = usage_charge(account, now.date().replace(day=1))
    line = UsageLine.objects.create(
        charge=charged,
        month=charged.month,
        project_id=uuid7(),
        project_name="Shop",
        service_id=uuid7(),
        service_name="Base",
        kind_name="PostgreSQL",
        size_id=uuid7(),
        size_name="Small",
        price=Decimal("0.3333"),
        hours=1,
        amount=Decimal("0.3333"),
    )
    UsageHour.objects.create(line=line, service_id=line.service_id, hour=now)
    rebill(charged, line.amount)


def dispute_a_payment(cast: Cast, entry: Entry) -> None:
    """Somebody's bank wants ten of its euros back."""
    payment = entry.payment
    assert payment is not None
    payment.account = account_of(cast.acme)
    note_dispute(payment, base.Dispute(external_id="dp_1", state="open", amount=10_00), by=Actor.system())


def live_with_all(cast: Cast) -> None:
    """The same, and what an account has besides money, so that staff find a row of everything."""
    live(cast)
    make_method(cast.acme)
    make_recipient(cast.acme, "acme.bills@example.com")
    now = timezone.now()
    TaxRate.objects.create(country="FR", rate=Decimal(21), since=now.date())
    GatewayEvent.objects.create(gateway="sandbox", external_id="evt_1", kind="payment", body={})
    RefusedEvent.objects.create(gateway="sandbox", reason="signature", hour=now)
