"""Months that were charged, and their invoices: what tests of invoices begin with."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pypdf
import time_machine
from pytest_django import Settings

from billing.actions.charging import charge, rebill, usage_charge
from billing.actions.invoices import issue_due
from billing.actions.locking import lock_account
from billing.models import Charge, Invoice, UsageLine
from billing.periods import start_of
from console.ids import uuid7
from organizations.actors import Actor
from organizations.models import Details, Organization
from tests.billing.making import account_of, fund

SELLER = {
    "SELLER_NAME": "Nimbus Cloud SAS",
    "SELLER_ADDRESS": ["12 rue de la Paix", "75002 Paris"],
    "SELLER_COUNTRY": "FR",
    "SELLER_VAT_NUMBER": "FR40303265045",
    "SELLER_EMAIL": "billing@nimbus.example",
}
# A day of the month that is billed, and one on which its invoice is due.
IN_MARCH = datetime(2026, 3, 9, 10, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 1, 7, tzinfo=UTC)


def sell(settings: Settings, **others: Any) -> None:
    """A seller in Paris with a VAT number, unless told otherwise."""
    for name, value in {**SELLER, **others}.items():
        setattr(settings, name, value)


def write_details(organization: Organization, country: str, **fields: str) -> Details:
    """The details of an organization, as rows."""
    return Details.objects.update_or_create(organization=organization, defaults={"country": country, **fields})[0]


def subscribe(organization: Organization, net: int = 2000, **fields: Any) -> Charge:
    """A period of a month that is charged now, in cents without VAT, of funds that cover it."""
    fund(organization, 10 * abs(net))
    account, _by = lock_account(organization, Actor.system())
    now = datetime.now(UTC)
    return charge(
        account,
        **{
            "kind": Charge.Kind.PERIOD,
            "key": f"made:{uuid7()}",
            "net": net,
            "start": now,
            "end": start_of(now, "month", 1),
            "month": now.date().replace(day=1),
            "plan_name": "Team",
            "interval": "month",
            **fields,
        },
    )


def run(
    organization: Organization, hours: int, price: str = "0.0420", service: str = "database", **names: str
) -> Charge:
    """A service that has run so many hours of this month, charged now."""
    account, _by = lock_account(organization, Actor.system())
    charged = usage_charge(account, datetime.now(UTC).date().replace(day=1))
    UsageLine.objects.create(
        charge=charged,
        month=charged.month,
        project_id=uuid7(),
        service_id=uuid7(),
        size_id=uuid7(),
        service_name=service,
        price=Decimal(price),
        hours=hours,
        amount=Decimal(price) * hours,
        **{"project_name": "Website", "kind_name": "PostgreSQL", "size_name": "2 GB", **names},
    )
    return rebill(charged, sum((line.amount for line in charged.usage.all()), Decimal(0)))


def issue(organization: Organization) -> Invoice:
    """The invoice of the month that is over, as the hourly task issues it."""
    issue_due()
    return Invoice.objects.filter(account=organization.pk, kind="invoice").latest("number")


def bill_march(organization: Organization, net: int = 2000) -> Invoice:
    """An invoice of March 2026 for a period of a plan."""
    with time_machine.travel(IN_MARCH, tick=False):
        subscribe(organization, net)
    with time_machine.travel(IN_APRIL, tick=False):
        return issue(organization)


def balance(organization: Organization) -> int:
    """What there is, in cents."""
    return int(account_of(organization).balance)


def pages_of(content: bytes) -> list[str]:
    """What each page of a PDF says, line by line."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
