"""`verify_ledger` finds a cent that was changed by hand, wherever that was, and says how much it has looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
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
from billing.models import Entry, Reason, UsageHour, UsageLine
from console.ids import uuid7
from organizations.actors import Actor
from tests.billing.making import account_of, fund, make_payment, make_plan
from tests.cast import Cast

pytestmark = pytest.mark.embedded


def looked_at(**options: Any) -> tuple[str, str]:
    """What the command says, and what it complains of."""
    said, wrong = StringIO(), StringIO()
    try:
        call_command("verify_ledger", stdout=said, stderr=wrong, **options)
    except CommandError as error:
        return str(error), wrong.getvalue()
    return said.getvalue(), wrong.getvalue()


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


@contextmanager
def by_hand() -> Iterator[CursorWrapper]:
    """Somebody at the database, whom no trigger holds back; what they did is undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'billing_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        yield cursor
        transaction.set_rollback(True)


CENTS = [
    (
        "UPDATE billing_entry SET amount = amount + 1 WHERE number = 2",
        "entry 2: 10000 and 2001 make 12001, and",
    ),
    ("UPDATE billing_entry SET balance = balance + 1 WHERE number = 3", "entry 3: "),
    ("UPDATE billing_account SET balance = balance + 1", "funds: "),
    ('UPDATE billing_promotion SET "left" = "left" + 1', "promotional credit"),
    ("UPDATE billing_charge SET net = net + 1 WHERE kind = 'period'", "its entries make -20"),
    ("UPDATE billing_charge SET net = net + 1 WHERE kind = 'usage'", "its lines make 33 without VAT, and it says 34"),
    ("UPDATE billing_payment SET amount = amount + 1 WHERE amount = 10000", "10000 was credited, in 1 entries"),
    (
        "UPDATE billing_payment SET refunded = refunded + 1 WHERE amount = 1000",
        "401 went back, and its refunds make",
    ),
    (
        "UPDATE billing_payment SET disputed = disputed + 1 WHERE amount = 3000",
        "1001 is disputed, its disputes took",
    ),
    ("UPDATE billing_refund SET amount = amount + 1", "of 401, and its entries make -400"),
    ("UPDATE billing_usageline SET hours = 2, amount = 0.6666", "it says 2 hours, and 1 are written down"),
    ("DELETE FROM billing_usagehour", "it says 1 hours, and 0 are written down"),
    ("DELETE FROM billing_period", "it is for a period, and there is none"),
    ("UPDATE billing_invoice SET net = net + 1", "its lines make"),
    ("UPDATE billing_charge SET invoice_id = NULL", "its charges make 0 and 0"),
    ("DELETE FROM billing_entry WHERE number = 4", "what stood before it is missing, after 3"),
    ("UPDATE billing_sequence SET last = last + 1", "numbers of "),
]


def test_a_cent_that_was_changed_by_hand_is_found(cast: Cast) -> None:
    live(cast)
    said, wrong = looked_at()
    assert (wrong, "Everything fits" in said) == ("", True)
    assert "Looked at 1 accounts, " in said
    for statement, expected in CENTS:
        with by_hand() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, statement
            said, wrong = looked_at()
        assert expected in wrong, statement
        assert "The ledger does not fit in" in said


def test_one_account_is_looked_at_by_its_slug_or_id(cast: Cast) -> None:
    fund(cast.acme, 100)
    fund(cast.rival, 100)
    assert "Looked at 1 accounts, 1 entries, 1 payments" in looked_at(account="acme")[0]
    assert "Looked at 1 accounts, 1 entries, 1 payments" in looked_at(account=str(cast.rival.pk))[0]
    with by_hand() as cursor:
        cursor.execute("UPDATE billing_account SET balance = balance + 1")
        assert looked_at(account="acme")[1].startswith(f"{cast.acme.pk}, funds: 101 at entry 1")
    assert looked_at(account="nobody")[0] == "There is no such organization."
    assert "nothing was ever paid" in looked_at(account=str(cast.olivia.user.pk))[0]
