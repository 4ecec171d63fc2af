"""What an event changed, field by field, for people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from moneyed import Money, get_currency

from audit.lines import Names
from console.dates import timestamp
from console.money import money
from console.text import one_line
from organizations.models import Allowance
from organizations.roles import LABELS, Permission

# Letters of a value that are shown; the export has all of it.
SHOWN = 300

FIELDS: Mapping[str, Any] = {
    "account": gettext_lazy("Account"),
    "address": gettext_lazy("Address"),
    "amount": gettext_lazy("Amount"),
    "at": gettext_lazy("begins"),
    "balance": gettext_lazy("Funds after it"),
    "bucket": gettext_lazy("Bucket"),
    "city": gettext_lazy("City"),
    "code": gettext_lazy("Reason"),
    "company": gettext_lazy("Company"),
    "contacts": gettext_lazy("Contacts"),
    "country": gettext_lazy("Country"),
    "currency": gettext_lazy("Currency"),
    "database": gettext_lazy("Database"),
    "description": gettext_lazy("Description"),
    "domain": gettext_lazy("Domain"),
    "email": gettext_lazy("E-mail address"),
    "endpoint": gettext_lazy("Endpoint"),
    "ends": gettext_lazy("Ends"),
    "ends_at": gettext_lazy("Ends"),
    "engine": gettext_lazy("Storage engine"),
    "entitlements": gettext_lazy("Entitlements"),
    "expires_at": gettext_lazy("Expires"),
    "families": gettext_lazy("Product families"),
    "fields": gettext_lazy("Fields"),
    "files": gettext_lazy("Files"),
    "filters": gettext_lazy("Filters"),
    "fingerprint": gettext_lazy("Fingerprint (SHA-256)"),
    "format": gettext_lazy("Format"),
    "grace_days": gettext_lazy("Days of grace"),
    "host": gettext_lazy("Host"),
    "hours": gettext_lazy("Hours"),
    "interval": gettext_lazy("Interval"),
    "invoice": gettext_lazy("Invoice"),
    "is_default": gettext_lazy("Default"),
    "is_on": gettext_lazy("Sends events"),
    "kind": gettext_lazy("Kind"),
    "level": gettext_lazy("Level"),
    "low_below": gettext_lazy("Send a mail when the funds fall below"),
    "members_may_invite": gettext_lazy("Every member may invite"),
    "name": gettext_lazy("Name"),
    "networks": gettext_lazy("Allowed networks"),
    "number": gettext_lazy("Number"),
    "overlap_hours": gettext_lazy("Hours of overlap"),
    "people": gettext_lazy("People"),
    "permissions": gettext_lazy("Permissions"),
    "phone_counts": gettext_lazy("A text message counts"),
    "plan": gettext_lazy("Plan"),
    "port": gettext_lazy("Port"),
    "price": gettext_lazy("Price"),
    "priority": gettext_lazy("Priority"),
    "product": gettext_lazy("Product"),
    "project": gettext_lazy("Project"),
    "purpose": gettext_lazy("What for"),
    "reason": gettext_lazy("Reason"),
    "refill_amount": gettext_lazy("Pay in"),
    "refill_below": gettext_lazy("When the funds fall below"),
    "region": gettext_lazy("Region"),
    "reminds_invited": gettext_lazy("Reminders"),
    "replacement": gettext_lazy("Role instead"),
    "role": gettext_lazy("Role"),
    "rows": gettext_lazy("Rows"),
    "slug": gettext_lazy("Address of the pages"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "tickets": gettext_lazy("Tickets"),
    "tier": gettext_lazy("Tier"),
    "tls": gettext_lazy("Encryption"),
    "to": gettext_lazy("To"),
    "total": gettext_lazy("Total"),
    "unit": gettext_lazy("Unit"),
    "units": gettext_lazy("Units"),
    "until": gettext_lazy("Until"),
    "url": gettext_lazy("Address"),
    "user": gettext_lazy("User"),
    "vat_number": gettext_lazy("VAT number"),
    "version": gettext_lazy("Version"),
    "way": gettext_lazy("Kind"),
    "why": gettext_lazy("Reason"),
}
# What stands in the smallest unit, of the currency beside it or of the deployment.
AMOUNTS = frozenset({"amount", "balance", "low_below", "refill_amount", "refill_below", "total"})
# What stands as a moment, besides what ends in "_at".
MOMENTS = frozenset({"at", "ends", "until"})


@dataclass(frozen=True)
class Change:
    """A field, and what stood in it before and after; empty for nothing."""

    label: str
    before: str
    after: str


def changes_of(event: Mapping[str, Any], names: Names) -> list[Change]:
    """What an event changed (``before`` and ``after`` of it, ``detail__texts``), field by field in their order."""
    before, after, texts = event["before"], event["after"], event["detail__texts"]
    told = [
        Change(_label(field), *(_word(field, _amount(field, side), names) for side in (before, after)))
        for field in dict.fromkeys([*before, *after])
        # The texts themselves say which fields they are.
        if not (field == "fields" and texts)
    ]
    typed = [Change(_label(field), _text(pair[0]), _text(pair[1])) for field, pair in texts.items()]
    return told + typed


def _label(field: str) -> str:
    if field in Allowance.Name.values:
        words = str(Allowance.Name(field).label)
    else:
        words = str(FIELDS.get(field) or field.replace("_", " "))
    return words[:1].upper() + words[1:]


def _amount(field: str, side: Mapping[str, Any]) -> Any:
    """A value; of what counts the smallest coin of a currency, the amount in words."""
    value = side.get(field)
    if field not in AMOUNTS or not isinstance(value, int):
        return value
    currency = get_currency(side.get("currency") or settings.CURRENCY)
    return money(Money(Decimal(value) / currency.sub_unit, currency))


def _word(field: str, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field in {"role", "replacement"}:
        return names.get(str(value)) or _("a role that was deleted")
    if (field.endswith("_at") or field in MOMENTS) and isinstance(value, str) and (moment := parse_datetime(value)):
        return timestamp(moment)
    if isinstance(value, list):
        return _text(", ".join(_one(item) for item in value))
    return _text(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else _one(value))


def _one(value: Any) -> str:
    """A value, or what the permission of that name allows."""
    return str(LABELS[Permission(value)]) if value in set(Permission) else str(value)


def _text(value: Any) -> str:
    return one_line(str(value), SHOWN)
