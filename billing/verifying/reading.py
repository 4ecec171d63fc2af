"""Makes every check, and says how much it has looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from billing.models import Account, Charge, Entry, Invoice, Payment, Promotion, UsageHour
from billing.verifying import bills, causes, funds
from billing.verifying.faults import Fault, of

type Check = Callable[[UUID | None], Iterator[Fault]]

CHECKS: Final[tuple[Check, ...]] = (
    funds.entries,
    funds.balances,
    funds.promotions,
    causes.references,
    causes.charges,
    causes.taxes,
    causes.payments,
    causes.returned,
    causes.refunds,
    causes.disputes,
    bills.hours,
    bills.usage,
    bills.periods,
    bills.invoice_lines,
    bills.invoice_charges,
    bills.numbers,
)
LOOKED_AT: Final = (
    ("accounts", Account.objects, "pk"),
    ("entries", Entry.objects, "account"),
    ("payments", Payment.objects, "account"),
    ("promotional credits", Promotion.objects, "account"),
    ("charges", Charge.objects, "account"),
    ("hours", UsageHour.objects, "line__charge__account"),
    ("invoices", Invoice.objects, "account"),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How many faults there are, and how many rows of each kind were looked at."""

    faults: int
    looked_at: dict[str, int]


def verify(account_id: UUID | None = None, *, tell: Callable[[Fault], object]) -> Verdict:
    """Look at one account, or at all of them; ``tell`` hears of each fault when it is found.

    All is read as it was at one moment, and nothing is locked: people go on meanwhile. (SQLite lets nobody write.)
    """
    with transaction.atomic():
        # Inside of another transaction, it is too late for that.
        if connection.vendor == "postgresql" and not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        looked_at = {name: of(rows.all(), account_id, path).count() for name, rows, path in LOOKED_AT}
        faults = 0
        for check in CHECKS:
            for fault in check(account_id):
                tell(fault)
                faults += 1
    return Verdict(faults=faults, looked_at=looked_at)
