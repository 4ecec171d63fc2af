"""What billing adds to exports: of what an organization owns, and of what is kept about a person.

The fields are named one by one, so that a new column is left out until somebody has looked at it. Amounts are decimal
numbers in the account's currency. What a gateway calls things by is among none of them: it is of use to nobody else,
and with a gateway's key it would open more than it says. Invoices come as data; as PDF they are on their own page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import User
from billing.amounts import to_money
from billing.models import (
    Account,
    Charge,
    Entry,
    Invoice,
    InvoiceLine,
    Payment,
    PaymentMethod,
    Promotion,
    Recipient,
    Refund,
    Subscription,
    UsageLine,
)
from console.money import digits_of
from organizations.models import Organization

type Rows = Iterator[dict[str, Any]]
type AddPart = Callable[[str, Callable[[], Rows], tuple[str, ...]], None]
type AddRows = Callable[[str, Rows], None]

# Rows that are read from the database at a time.
CHUNK = 500
# Columns in the smallest coin, wherever they stand.
AMOUNTS = frozenset(
    {
        "amount",
        "balance",
        "disputed",
        "left",
        "low_below",
        "net",
        "owed",
        "refill_amount",
        "refill_below",
        "refunded",
        "vat",
    }
)
# Where the currency stands that those are in.
CURRENCY = {"currency": "account__currency"}
PAYMENT = ("id", "purpose", "state", "amount", "refunded", "disputed", "method_name", "asked_at", "settled_at")
DOCUMENT = ("seller", "buyer", "notes")

# By subject: the rows of an organization, the columns of its table, and those that belong to what a row refers to.
LISTS: dict[str, tuple[Callable[[UUID], QuerySet[Any]], tuple[str, ...], dict[str, str]]] = {
    "billing_account": (
        lambda pk: Account.objects.filter(pk=pk),
        (
            "currency",
            "balance",
            "low_below",
            "refill_below",
            "refill_amount",
            "purchase_order",
            "language",
            "past_due_since",
            "first_paid_at",
            "trial_used_at",
            "created_at",
        ),
        {},
    ),
    "funds": (
        lambda pk: Entry.objects.filter(account=pk),
        ("number", "at", "reason", "amount", "balance", "payment_id", "charge_id", "promotion_id", "note"),
        {"refunded_payment_id": "refund__payment_id", **CURRENCY},
    ),
    "subscriptions": (
        lambda pk: Subscription.objects.filter(account=pk),
        ("id", "interval", "state", "period_start", "period_end", "ends", "started_at", "ended_at"),
        {"plan_key": "plan__key", "plan_name": "plan__name"},
    ),
    "charges": (
        lambda pk: Charge.objects.filter(account=pk),
        ("id", "kind", "month", "start", "end", "plan_name", "interval", "net", "vat", "rate", "country", "treatment"),
        {"invoice_number": "invoice__number", **CURRENCY},
    ),
    "usage": (
        lambda pk: UsageLine.objects.filter(charge__account=pk),
        (
            "charge_id",
            "month",
            "project_id",
            "project_name",
            "service_id",
            "service_name",
            "kind_name",
            "size_name",
            "price",
            "hours",
        ),
        # What a price and hours come to is exact, and no number of coins.
        {"cost": "amount", "currency": "charge__account__currency"},
    ),
    "payments": (
        lambda pk: Payment.objects.filter(account=pk),
        PAYMENT,
        {"asked_by_email": "asked_by__email", **CURRENCY},
    ),
    "refunds": (
        lambda pk: Refund.objects.filter(payment__account=pk),
        ("id", "payment_id", "amount", "state", "note", "asked_at", "settled_at"),
        {"currency": "payment__account__currency"},
    ),
    "cards": (
        lambda pk: PaymentMethod.objects.filter(account=pk, removed_at=None),
        ("id", "brand", "last4", "expires_year", "expires_month", "is_default", "added_at"),
        {"added_by_email": "added_by__email"},
    ),
    "promotional_credit": (
        lambda pk: Promotion.objects.filter(account=pk),
        ("id", "amount", "left", "given_at", "ends_at", "note"),
        CURRENCY,
    ),
    "invoices": (
        lambda pk: Invoice.objects.filter(account=pk),
        ("number", "kind", "month", "issued_at", "language", "currency", "net", "vat", "owed", "purchase_order"),
        {"corrects_number": "corrects__number"},
    ),
    "invoice_lines": (
        lambda pk: InvoiceLine.objects.filter(invoice__account=pk),
        ("position", "title", "detail", "quantity", "unit", "unit_price", "net", "vat", "rate"),
        {"invoice_number": "invoice__number", "currency": "invoice__currency"},
    ),
    "invoice_recipients": (lambda pk: Recipient.objects.filter(account=pk), ("email", "added_at"), {}),
}
# Who sold to whom, and what the law asks to be said: in the JSON alone, since it is no line of a table.
WHOLE = {"invoices": DOCUMENT}


def add_what_is_owned(organization: Organization, add: AddPart) -> None:
    """Add the money of an organization: its ledger, what it was charged, what it paid, and its invoices."""
    for subject, (rows, fields, more) in LISTS.items():
        read = partial(_owned, rows, organization.pk, (*fields, *WHOLE.get(subject, ())), more)
        add(subject, read, (*fields, *more))


def add_what_is_personal(user: User, add: AddRows) -> None:
    """Add the payments that a person began and the cards that they had kept, in whatever organization."""
    # By its id, which is the account's: what it is called today may be no business of theirs.
    organization = {"organization_id": "account_id"}
    add("payments_asked_for", _values(Payment.objects.filter(asked_by=user), PAYMENT, {**organization, **CURRENCY}))
    cards = PaymentMethod.objects.filter(added_by=user, removed_at=None)
    add("cards_added", _values(cards, ("id", "brand", "last4", "added_at"), organization))


def _owned(
    rows: Callable[[UUID], QuerySet[Any]], organization_id: UUID, fields: Iterable[str], more: Mapping[str, str]
) -> Rows:
    return _values(rows(organization_id), fields, more)


def _values(rows: QuerySet[Any], fields: Iterable[str], more: Mapping[str, str]) -> Rows:
    named = {name: F(path) for name, path in more.items()}
    for row in rows.order_by("pk").values(*fields, **named).iterator(chunk_size=CHUNK):
        yield {name: _written(name, value, row) for name, value in row.items()}


def _written(name: str, value: Any, row: Mapping[str, Any]) -> Any:
    """An amount as a decimal number with the digits of its currency; all else as it is."""
    if name not in AMOUNTS or value is None:
        return value
    return f"{to_money(value, row['currency']).amount:.{digits_of(row['currency'])}f}"
