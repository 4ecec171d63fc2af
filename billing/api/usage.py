"""What ran, by month: each service at each price."""

import re
from datetime import date
from decimal import Decimal
from typing import Final, Self
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from billing.models import UsageLine
from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from console.pages import Order
from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Billing")

_MONTH: Final = re.compile("[0-9]{4}-[0-9]{2}")


class UsageShown(Schema):
    """The hours of one service in one size at one price; it may be gone by now. Names are those of when it ran."""

    id: UUID
    month: str = Field(description="The month in which it ran.", examples=["2027-01"])
    billed_in: str = Field(
        description="Whose invoice bears it: a later month where that one was billed already.", examples=["2027-01"]
    )
    project_id: UUID
    project_name: str = Field(examples=["Website"])
    service_id: UUID
    service_name: str = Field(examples=["Main database"])
    kind_name: str = Field(examples=["PostgreSQL"])
    size_name: str = Field(examples=["Small"])
    hours: int = Field(description="Started ones, in UTC.")
    price_per_hour: str = Field(description="Without VAT: a decimal number.", examples=["0.0200"])
    amount: str = Field(
        description="Hours times price, without VAT: a decimal number. The invoice rounds their sum, and not each.",
        examples=["14.8800"],
    )
    currency: str = Field(description="A code of ISO 4217.", examples=["EUR"])

    @classmethod
    def of(cls, line: UsageLine) -> Self:
        """A line with its charge and account."""
        return cls(
            id=line.pk,
            month=f"{line.month:%Y-%m}",
            billed_in=f"{line.charge.month:%Y-%m}",
            project_id=line.project_id,
            project_name=line.project_name,
            service_id=line.service_id,
            service_name=line.service_name,
            kind_name=line.kind_name,
            size_name=line.size_name,
            hours=line.hours,
            price_per_hour=_exact(line.price),
            amount=_exact(line.amount),
            currency=line.charge.account.currency,
        )


class UsageAsked(Paging):
    """Of which month."""

    month: str = Field("", max_length=7, description="The present one where it is left out.", examples=["2027-01"])
    project_id: UUID | None = Field(None, description="Only what ran in this project.")


@operations.get("/billing/usage", Permission.VIEW_BILLING, returns=Listed[UsageShown])
def list_usage(request: KeyRequest, asked: Query[UsageAsked]) -> Listed[UsageShown]:
    """List what ran in a month: who sees what is billed sees the names of all projects and services in it."""
    lines = UsageLine.objects.filter(charge__account=request.organization.pk, month=_month(asked.month))
    if asked.project_id:
        lines = lines.filter(project_id=asked.project_id)
    found = lines.select_related("charge__account")
    # Ids grow with time.
    return page_of(found, asked, orders={"first": Order("id", UUID)}, default="first", draw=UsageShown.of)


def _month(text: str) -> date:
    """The first day of a month. Raises Refused for what is none."""
    if not text:
        return timezone.now().date().replace(day=1)
    try:
        if _MONTH.fullmatch(text):
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise Refused(_("Send a month like 2027-01."), code="month", field="month")


def _exact(number: Decimal) -> str:
    return f"{number:.4f}"
