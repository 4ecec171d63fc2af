"""Accounts, plans, payments and charges for tests, as rows: what is tested goes through the door."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4, uuid5

from django.utils import timezone

from billing.actions.invoices.numbering import next_number
from billing.actions.ledger import book
from billing.models import (
    Account,
    Charge,
    Entry,
    Invoice,
    Payment,
    PaymentMethod,
    Plan,
    Reason,
    Recipient,
    SandboxCard,
    UsageLine,
)
from organizations.models import Organization
from projects.models import Service

_numbers = count(1)


def account_of(organization: Organization) -> Account:
    """The account of an organization, made where there is none, as it is now."""
    Account.objects.get_or_create(
        pk=organization.pk, defaults={"organization": organization, "currency": Account.new(organization).currency}
    )
    return Account.objects.select_related("organization").get(pk=organization.pk)


def make_payment(organization: Organization, amount: int, **fields: Any) -> Payment:
    """A payment at the sandbox, in cents, that has come in unless ``fields`` say otherwise; not in the ledger."""
    state = fields.pop("state", Payment.State.PAID)
    is_open = state in {"started", "waiting", "processing"}
    return Payment.objects.create(
        account=account_of(organization),
        amount=amount,
        state=state,
        **{
            "gateway": "sandbox",
            "external_id": f"made-{next(_numbers)}",
            "method_name": "Visa •••• 4242",
            "settled_at": None if is_open else timezone.now(),
            **fields,
        },
    )


def fund(organization: Organization, amount: int) -> Entry:
    """Funds that came in by a payment, in cents."""
    payment = make_payment(organization, amount)
    return book(payment.account, Reason.TOP_UP, amount, key=f"payment:{payment.pk}", payment=payment)


def make_plan(key: str = "team", monthly: int | None = 2000, **fields: Any) -> Plan:
    """A plan for 20 euros a month without VAT, unless told otherwise."""
    return Plan.objects.create(key=key, monthly=monthly, **{"name": key.capitalize(), **fields})


def make_charge(organization: Organization, net: int, **fields: Any) -> Charge:
    """A charge for a period of this month, in cents, without VAT unless ``fields`` say otherwise; not in the ledger."""
    now: datetime = fields.pop("at", timezone.now())
    return Charge.objects.create(
        account=account_of(organization),
        **{
            "kind": Charge.Kind.PERIOD,
            "key": f"made:{next(_numbers)}",
            "month": now.date().replace(day=1),
            "start": now,
            "end": now + timedelta(days=30),
            "plan_name": "Team",
            "interval": "month",
            "net": net,
            "rate": Decimal(0),
            "treatment": "none",
            **fields,
        },
    )


def make_method(organization: Organization, **fields: Any) -> PaymentMethod:
    """A card that the sandbox keeps, the default one where there is none yet, unless told otherwise."""
    account = account_of(organization)
    return PaymentMethod.objects.create(
        account=account,
        **{
            "gateway": "sandbox",
            "external_id": f"card-{next(_numbers)}",
            "brand": "Visa",
            "last4": "4242",
            "expires_year": 2099,
            "expires_month": 12,
            "is_default": not account.methods.filter(is_default=True).exists(),
            **fields,
        },
    )


def keep_card(organization: Organization, behaviour: str = "succeeds") -> PaymentMethod:
    """A card that the sandbox keeps, and can charge."""
    account = account_of(organization)
    card = SandboxCard.objects.create(
        customer=f"c-{account.pk.hex}", behaviour=behaviour, last4="4242", expires_year=2099, expires_month=12
    )
    return make_method(organization, external_id=str(card.pk))


def make_recipient(organization: Organization, email: str = "books@example.com") -> Recipient:
    """An address that gets the invoices."""
    return Recipient.objects.create(account=account_of(organization), email=email)


def make_invoice(organization: Organization, net: int = 2000, **fields: Any) -> Invoice:
    """An invoice of last year without lines, in cents, with the next number; its charges are not there."""
    account = account_of(organization)
    year: int = fields.pop("year", timezone.now().year - 1)
    number, position = next_number(year)
    return Invoice.objects.create(
        account=account,
        number=number,
        year=year,
        position=position,
        net=net,
        **{
            "vat": 0,
            # Each has a month of its own, as there is one invoice for each.
            "month": date(2000 + position // 12, position % 12 + 1, 1),
            "language": "en",
            "currency": account.currency,
            "seller": {"name": "Console", "lines": ["Console"], "vat_number": "", "email": ""},
            "buyer": {"name": "Acme", "lines": ["Acme"], "vat_number": "", "country": ""},
            **fields,
        },
    )


def make_usage(organization: Organization, hours: int = 1, price: str = "0.02", **names: Any) -> UsageLine:
    """So many hours of a service this month, in a project: ``service``, ``project``; not in the ledger.

    ``running``: one that is there, and gives them its own ids and names.
    """
    running: Service | None = names.get("running")
    month = timezone.now().date().replace(day=1)
    charges = Charge.objects.filter(account=organization.pk, kind=Charge.Kind.USAGE, month=month)
    project = running.project.name if running else names.get("project", "Website")
    return UsageLine.objects.create(
        charge=charges.first() or make_charge(organization, 0, kind=Charge.Kind.USAGE, plan_name="", interval=""),
        month=month,
        project_id=running.project_id if running else uuid5(organization.pk, project),
        project_name=project,
        service_id=running.pk if running else uuid4(),
        service_name=running.name if running else names.get("service", "Main database"),
        kind_name="PostgreSQL",
        size_id=uuid4(),
        size_name="Small",
        price=Decimal(price),
        hours=hours,
        amount=hours * Decimal(price),
    )
