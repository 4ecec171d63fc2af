"""The ledger: what came in and went out."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from billing.api.amounts import Amount
from billing.models import Account, Entry
from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Billing")

type EntryReason = Literal[
    "top_up",
    "refund",
    "dispute",
    "dispute_won",
    "subscription",
    "usage",
    "promotion",
    "expiry",
    "credit",
    "credit_note",
    "correction",
]


class EntryShown(Schema):
    """One change of the funds; it never changes itself."""

    id: UUID
    number: int = Field(description="Counts the entries from 1, without gaps.")
    at: datetime
    reason: EntryReason
    amount: Amount = Field(description="Above zero where it came in.")
    balance: Amount = Field(description="What there was after it; below zero, it was owed.")
    payment_id: UUID | None = Field(description="The payment that it is about; of a refund, that which went back.")
    invoice: str | None = Field(description="The number of the invoice that bears it, once that is issued.")
    note: str = Field(description="What our staff said of it; often empty.")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """An entry with its account, refund and charge."""
        currency, charge = entry.account.currency, entry.charge
        return cls(
            id=entry.pk,
            number=entry.number,
            at=entry.at,
            reason=cast("EntryReason", entry.reason),
            amount=Amount.of(entry.amount, currency),
            balance=Amount.of(entry.balance, currency),
            payment_id=entry.refund.payment_id if entry.refund else entry.payment_id,
            invoice=charge.invoice.number if charge and charge.invoice else None,
            note=entry.note,
        )


class EntriesAsked(Paging):
    """Which entries, in which order."""

    reason: EntryReason | Literal[""] = ""
    since: AwareDatetime | None = Field(None, description="From this time on.", examples=["2027-01-31T12:00:00Z"])
    until: AwareDatetime | None = Field(None, description="Before this time.")
    sort: Literal["number", "-number"] = "-number"


@operations.get("/billing/entries", Permission.VIEW_BILLING, returns=Listed[EntryShown])
def list_entries(request: KeyRequest, asked: Query[EntriesAsked]) -> Listed[EntryShown]:
    """List the entries of the ledger, the newest first.

    From the oldest, each comes once, in an order that never changes: to keep books of one's own.
    """
    account = Account.objects.of(request.organization)
    entries = Entry.objects.filter(account=account.pk).select_related("account", "refund", "charge__invoice")
    wanted = {"reason": asked.reason or None, "at__gte": asked.since, "at__lt": asked.until}
    entries = entries.filter(**{name: value for name, value in wanted.items() if value is not None})
    return page_of(entries, asked, orders={"number": Order("number", int)}, default="-number", draw=EntryShown.of)
