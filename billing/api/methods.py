"""The cards that are kept."""

from datetime import datetime
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from billing.models import PaymentMethod
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Billing")


class MethodShown(Schema):
    """A card that the payment gateway keeps; no number of it ever reaches us."""

    id: UUID
    brand: str = Field(examples=["Visa"])
    last4: str = Field(description="The last digits of its number.", examples=["4242"])
    expires_year: int | None
    expires_month: int | None
    is_default: bool = Field(description="Whether automatic payments are made with it.")
    added_at: datetime

    @classmethod
    def of(cls, method: PaymentMethod) -> Self:
        """A card as it is shown."""
        return cls(
            id=method.pk,
            brand=method.brand,
            last4=method.last4,
            expires_year=method.expires_year,
            expires_month=method.expires_month,
            is_default=method.is_default,
            added_at=method.added_at,
        )


class Methods(Schema):
    """All of them: there are never many."""

    items: list[MethodShown]


@operations.get("/billing/methods", Permission.VIEW_BILLING, returns=Methods)
def list_methods(request: KeyRequest) -> Methods:
    """List the cards that are kept, the default first. To keep another one takes a person at a browser."""
    methods = PaymentMethod.objects.filter(account=request.organization.pk).usable()
    return Methods(items=[MethodShown.of(method) for method in methods])
