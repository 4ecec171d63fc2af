"""Which entries of the ledger a list or a file shows, and what a row says.

Rows come as values: nothing is looked up by row.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from billing.amounts import to_units
from billing.models import Account, Charge, Entry, Interval, Reason
from console.dates import date, day_typed, midnight, month
from console.pages import Order, batches
from console.text import one_line
from organizations.models import Membership
from organizations.roles import Permission

# Entries are numbered as they come.
ORDERS = {"at": Order("number", int)}
COLUMNS = [
    "id", "number", "at", "reason", "amount", "balance", "note",
    "payment_id", "payment__method_name", "refund__payment_id", "refund__note", "corrects__number",
    "promotion__ends_at", "promotion__note",
    "charge__kind", "charge__month", "charge__plan_name", "charge__interval", "charge__start", "charge__end",
    "charge__invoice__number",
]  # fmt: skip
LONGEST_TERM = 100
# Digits that no column holds are no number of an entry.
_NUMBER = re.compile(r"\A[0-9]{1,15}\Z")
_AMOUNT = re.compile(r"\A[+\-\u2212]?([0-9]{1,12})(?:[.,]([0-9]{1,2}))?\Z")

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The entries that somebody asks for: ``q``, ``reason``, and ``from`` one day ``to`` another of the reader's."""

    account: Account
    entries: QuerySet[Entry]
    q: str
    reason: str
    since: str
    until: str

    @classmethod
    def of(cls, account: Account, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names); what makes no sense narrows nothing."""
        found = Entry.objects.filter(account=account.pk)
        if term := one_line(query.get("q", ""), LONGEST_TERM):
            found = found.filter(_matching(term, account.currency))
        reason = query.get("reason", "")
        reason = reason if reason in Reason.values else ""
        if reason:
            found = found.filter(reason=reason)
        since, until = day_typed(query.get("from", "")), day_typed(query.get("to", ""))
        if begins := midnight(since):
            found = found.filter(at__gte=begins)
        if ends := midnight(until, days=1):
            found = found.filter(at__lt=ends)
        return cls(account=account, entries=found, q=term, reason=reason, since=since, until=until)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.entries.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all entries are asked for."""
        return bool(self.q or self.reason or self.since or self.until)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "reason": self.reason,
            "reasons": Reason.choices,
            "since": self.since,
            "until": self.until,
            "is_narrowed": self.is_narrowed,
        }

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, the newest first, some at a time, for as long as the ``reader`` may see them (ATTACKS 23)."""
        for rows in batches(self.values, orders=ORDERS, default="-at", still=lambda: sees_billing(reader)):
            yield [row_of(values, self.account) for values in rows]


def sees_billing(reader: Membership) -> bool:
    """Whether somebody may see, at this moment, what is billed."""
    now = Membership.objects.current().select_related("organization", "custom_role").filter(pk=reader.pk).first()
    return now is not None and Permission.VIEW_BILLING in now.permissions


def row_of(values: Mapping[str, Any], account: Account) -> Row:
    """An entry as a list shows it, of the values of `COLUMNS`.

    ``about``: what it is for, in words; what it leads to stands as ``payment``, ``invoice``, ``usage_month``, or
    ``is_plan``.
    """
    usage = values["charge__month"] if values["charge__kind"] == Charge.Kind.USAGE else None
    return {
        "id": values["id"],
        "number": values["number"],
        "at": values["at"],
        "reason": values["reason"],
        "label": Reason(values["reason"]).label,
        "money": account.money(values["amount"]),
        "balance": account.money(values["balance"]),
        "comes_in": values["amount"] > 0,
        "is_owed": values["balance"] < 0,
        "about": _about(values),
        "note": values["note"] or values["refund__note"] or values["promotion__note"] or "",
        "payment": values["payment_id"] or values["refund__payment_id"],
        "invoice": values["charge__invoice__number"] or "",
        "is_plan": bool(values["charge__plan_name"]),
        "usage_month": f"{usage:%Y-%m}" if usage else "",
    }


def _about(values: Mapping[str, Any]) -> str:
    """What an entry is for: the card, the plan and its days, the month of what ran, or the entry that was wrong."""
    if values["charge__kind"] == Charge.Kind.USAGE:
        return month(values["charge__month"])
    if values["charge__plan_name"]:
        interval = values["charge__interval"]
        names = {
            "plan": values["charge__plan_name"],
            "interval": Interval(interval).label if interval in Interval.values else "",
            "from": date(values["charge__start"]),
            "to": date(values["charge__end"]),
        }
        return (_("%(plan)s, %(interval)s: %(from)s to %(to)s") if names["interval"] else "%(plan)s") % names
    if values["corrects__number"]:
        return _("Entry %(number)s") % {"number": values["corrects__number"]}
    if values["promotion__ends_at"]:
        return _("until %(day)s") % {"day": date(values["promotion__ends_at"])}
    return values["payment__method_name"] or ""


def _matching(term: str, currency: str) -> Q:
    """By the note, the reason as it is called, the plan, the card, the invoice or its own number, or the amount."""
    wanted = Q(reason__in=[value for value, label in Reason.choices if term.casefold() in str(label).casefold()])
    texts = ("note", "refund__note", "promotion__note", "charge__plan_name", "payment__method_name")
    for text in texts:
        wanted |= Q((f"{text}__icontains", term))
    wanted |= Q(charge__invoice__number__istartswith=term)
    if _NUMBER.match(term):
        wanted |= Q(number=int(term))
    if found := _AMOUNT.match(term):
        units = to_units(Decimal(f"{found[1]}.{found[2] or 0}"), currency)
        wanted |= Q(amount__in=[units, -units])
    return wanted
