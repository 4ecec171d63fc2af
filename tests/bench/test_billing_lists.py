"""The lists and pictures of billing cost the same number of queries whether there is one row or a thousand."""

from datetime import date
from decimal import Decimal

import pytest

from billing.actions.invoices.numbering import next_number
from billing.models import Entry, Invoice, Reason, UsageLine
from console.ids import uuid7
from tests.bench.test_list_queries import MANY, queries
from tests.billing.making import account_of, make_charge
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def spend(cast: Cast, number: int) -> None:
    """So many entries in Acme's ledger, and so many services that ran this month, each in a project of its own."""
    account = account_of(cast.acme)
    charge = make_charge(cast.acme, number, kind="usage", plan_name="", interval="")
    Entry.objects.bulk_create(
        Entry(
            account=account,
            number=account.last_number + 1 + index,
            reason=Reason.USAGE,
            amount=-1,
            balance=account.balance - 1 - index,
            key=f"{number}-{index}",
            charge=charge,
        )
        for index in range(number)
    )
    UsageLine.objects.bulk_create(
        UsageLine(
            charge=charge,
            month=charge.month,
            project_id=uuid7(),
            project_name=f"Project {index}",
            service_id=uuid7(),
            service_name="Main database",
            kind_name="PostgreSQL",
            size_id=uuid7(),
            size_name="Small",
            price=Decimal(1),
            hours=1,
            amount=Decimal(1),
        )
        for index in range(number)
    )


def test_they_take_as_many_for_a_thousand_as_for_one(cast: Cast) -> None:
    most = {
        # Who asks and where, the account, the list; the notice above asks what is owed.
        "funds/": 7,
        # And the months, the projects, what they come to, and which of the services the reader may see.
        "usage/": 11,
        # What there is, what comes, how long it lasts, the numbers of three pictures, and two short lists.
        "": 19,
    }

    def taken() -> dict[str, int]:
        return {page: queries(cast.olivia.client, f"/o/acme/billing/{page}") for page in most}

    spend(cast, 1)
    with_one = taken()
    spend(cast, MANY)
    assert taken() == with_one == most


def invoice(cast: Cast, number: int) -> None:
    """So many invoices of Acme, each with a line, one for each month from 1900 on."""
    account, before = account_of(cast.acme), Invoice.objects.count()
    for index in range(before, before + number):
        # A number is taken after the one before it was used.
        number_taken, position = next_number(2025)
        Invoice.objects.bulk_create(
            [
                Invoice(
                    account=account,
                    number=number_taken,
                    year=2025,
                    position=position,
                    month=date(1900 + index // 12, index % 12 + 1, 1),
                    language="en",
                    currency="EUR",
                    seller={"name": "Console"},
                    buyer={"name": "Acme"},
                    net=100,
                    vat=20,
                )
            ]
        )


def test_invoices_take_as_many_for_two_hundred_as_for_one(cast: Cast) -> None:
    browser = cast.olivia.client
    invoice(cast, 1)
    one = queries(browser, "/o/acme/billing/invoices/")
    # Who asks and where, the account, the list, its years, what is not billed yet, and the notice above.
    assert one <= 9
    invoice(cast, MANY // 5)
    assert queries(browser, "/o/acme/billing/invoices/") == one
