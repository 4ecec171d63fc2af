"""What pages of billing know besides what their views tell them. Nothing is asked before a page wants it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from moneyed import Money

from billing import gateways
from billing.actions.standing import due
from billing.models import Account
from billing.models.subscription import GRACE
from organizations.models import Organization


@dataclass(frozen=True, kw_only=True)
class PastDue:
    """What must be paid, and until when, before the organization is suspended for it."""

    amount: Money
    until: datetime


def payments(request: HttpRequest) -> dict[str, Any]:
    """Context processor for pages of billing.

    ``payments_are_real()``: whether money moves here; ``past_due()``: a `PastDue` in the days of grace, else None: of
    a suspended organization the banner across the top says it.
    """
    organization: Organization | None = getattr(request, "organization", None)
    return {
        "payments_are_real": lambda: gateways.current().is_real,
        "past_due": lambda: _past_due(organization),
    }


def _past_due(organization: Organization | None) -> PastDue | None:
    if organization is None or organization.suspended_for or organization.is_closed:
        return None
    account = Account.objects.of(organization)
    if account.past_due_since is None:
        return None
    return PastDue(amount=account.money(due(account)), until=account.past_due_since + GRACE)
