"""The overview of billing: the funds, what comes next, and where the money goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from moneyed import Money

from billing.ledger_rows import COLUMNS, row_of
from billing.models import Account, Entry, Invoice, Promotion, Reason
from billing.spending import YEAR, funds_by_day, spent_by_month, spent_by_project, this_month
from billing.views.pictures import funds_picture, shares_of, spending_picture
from billing.views.summary import Summary, lasts
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission

# The lists have all.
ENTRIES, INVOICES = 6, 4


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Promotional credit that is not spent: all of it, and that which ends first, with its end."""

    total: Money
    first: Money
    ends_at: datetime


@require_safe
@requires(Permission.VIEW_BILLING)
def overview(request: OrgRequest) -> HttpResponse:
    """How the organization stands, what it spends, and its last entries and invoices."""
    summary = Summary.of(request.organization)
    account = summary.account
    credits_left = list(account.promotions.with_something_left().filter(ends_at__gt=timezone.now()))
    entries = [row_of(values, account) for values in _last_entries(account)]
    is_empty = not account.last_number and summary.subscription is None
    context: dict[str, Any] = {
        "summary": summary,
        "account": account,
        "credit": _credit(account, credits_left),
        "lasts": lasts(summary, credits_left),
        "year": YEAR,
        "entries": entries,
        "invoices": list(Invoice.objects.filter(account=account.pk).order_by("-year", "-position")[:INVOICES]),
        "is_empty": is_empty,
    }
    if not is_empty:
        context |= {
            "funds": funds_picture(account, funds_by_day(account)),
            "spending": spending_picture(account, spent_by_month(account)),
            "projects": shares_of(account, spent_by_project(account, this_month())),
            "month": this_month(),
        }
    return render(request, "billing/overview.html", context)


def _last_entries(account: Account) -> Any:
    """The newest; without what runs, which would be one for each hour and has a picture of its own."""
    found = Entry.objects.filter(account=account.pk).exclude(reason=Reason.USAGE)
    return found.order_by("-number").values(*COLUMNS)[:ENTRIES]


def _credit(account: Account, credits_left: list[Promotion]) -> Credit | None:
    """How much of the funds is promotional credit; None where there is none."""
    if not credits_left:
        return None
    first = credits_left[0]
    total = sum(credit.left for credit in credits_left)
    return Credit(total=account.money(total), first=account.money(first.left), ends_at=first.ends_at)
