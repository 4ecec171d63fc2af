"""Which payments a list shows, and what a row says. Rows come as values: nothing is looked up by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.http import QueryDict

from billing.models import Account, Payment
from billing.models.payment import PaymentQuerySet
from console.pages import Order

# Ids grow with time.
ORDERS = {"at": Order("id", UUID)}
COLUMNS = [
    "id", "asked_at", "amount", "state", "purpose", "method_name", "refunded", "disputed",
    "asked_by__first_name", "asked_by__last_name", "asked_by__email",
]  # fmt: skip
KINDS = {
    Payment.State.PAID: "success",
    Payment.State.FAILED: "danger",
    Payment.State.ODD: "warning",
    Payment.State.ABANDONED: "neutral",
}

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The payments that somebody asks for, by ``state``; those that only kept a card are none."""

    account: Account
    payments: PaymentQuerySet
    state: str

    @classmethod
    def of(cls, account: Account, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing."""
        found = Payment.objects.filter(account=account.pk).exclude(purpose=Payment.Purpose.SETUP)
        state = query.get("state", "")
        state = state if state in Payment.State.values else ""
        return cls(account=account, payments=found.filter(state=state) if state else found, state=state)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.payments.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all payments are asked for."""
        return bool(self.state)

    @property
    def context(self) -> dict[str, Any]:
        """What the filter above the list shows."""
        return {"state": self.state, "states": Payment.State.choices, "is_narrowed": self.is_narrowed}


def row_of(values: Mapping[str, Any], account: Account) -> Row:
    """A payment as a list shows it, of the values of `COLUMNS`."""
    names = [values["asked_by__first_name"] or "", values["asked_by__last_name"] or ""]
    state, back = Payment.State(values["state"]), values["refunded"] + values["disputed"]
    return {
        "id": values["id"],
        "at": values["asked_at"],
        "money": account.money(values["amount"]),
        "back": account.money(back) if back else None,
        "state": state.value,
        "label": state.label,
        "kind": KINDS.get(state, "info"),
        "is_refill": values["purpose"] == Payment.Purpose.REFILL,
        "method_name": values["method_name"],
        "who": " ".join(filter(None, names)) or values["asked_by__email"] or "",
    }
