"""Long lists of an organization's money, as rows that the ledger's triggers let in."""

from decimal import Decimal

from django.utils import timezone

from billing.models import Entry, Payment, UsageLine
from console.ids import uuid7
from tests.billing.making import account_of, make_charge, make_invoice
from tests.cast import Cast


def pay_in(cast: Cast, number: int) -> None:
    """So many payments of Acme, each in the ledger, asked for by Bella; the funds are what the last entry says."""
    account = account_of(cast.acme)
    before, balance = account.last_number, account.balance
    made = [
        Payment(
            account=account, amount=100, state="paid", gateway="sandbox", external_id=f"p-{number}-{index}",
            asked_by=cast.bella.user, settled_at=timezone.now(),
        )
        for index in range(number)
    ]  # fmt: skip
    Payment.objects.bulk_create(made)
    Entry.objects.bulk_create(
        Entry(
            account=account, number=before + index, reason="top_up", amount=100, balance=balance + 100 * index,
            key=f"payment:{payment.pk}", payment=payment,
        )
        for index, payment in enumerate(made, start=1)
    )  # fmt: skip


def run_services(cast: Cast, number: int) -> None:
    """So many services of Acme ran this month."""
    charge = make_charge(cast.acme, 0, kind="usage")
    UsageLine.objects.bulk_create(
        UsageLine(
            charge=charge, month=charge.month, project_id=charge.pk, project_name="Website", service_id=uuid7(),
            service_name=f"Cache {index}", kind_name="Redis", size_id=charge.pk, size_name="Small",
            price=Decimal("0.02"), hours=1, amount=Decimal("0.02"),
        )
        for index in range(number)
    )  # fmt: skip


def bill(cast: Cast, number: int) -> None:
    """So many invoices of Acme, of which a page shows some."""
    for _index in range(min(number, 60)):
        make_invoice(cast.acme)
