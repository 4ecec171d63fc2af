"""The entitlements of the organization."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from support.entitlement_rows import ORDERS, Selection, standing_of, today
from support.models import Entitlement, Priority, SupportLevel

operations = Operations("Entitlements")

type EntitlementState = Literal["in_force", "upcoming", "ended"]


class LevelShown(Schema):
    """How quickly tickets get a first answer, around the clock, in minutes."""

    key: str = Field(examples=["premium"])
    name: str = Field(examples=["Premium"])
    urgent: int
    high: int
    normal: int
    low: int

    @classmethod
    def of(cls, level: SupportLevel) -> Self:
        """A level as it is shown."""
        minutes = {str(one): int(level.within(one).total_seconds() // 60) for one in Priority}
        return cls(key=level.key, name=level.name, **minutes)


class EntitlementShown(Schema):
    """Support that was bought."""

    id: UUID
    number: str = Field(description="The contract's.", examples=["E-00042"])
    name: str = Field(examples=["Support for databases"])
    tier: str = Field(examples=["Premium"])
    units: int
    unit: str = Field(examples=["nodes"])
    level: LevelShown
    starts_on: date
    ends_on: date = Field(description="Its last day.")
    state: EntitlementState
    families: list[str] = Field(
        description="Of products that it covers; none stands for all.", examples=[["databases"]]
    )

    @classmethod
    def of(cls, entitlement: Entitlement) -> Self:
        """An entitlement, with its level loaded, as it is shown."""
        standing = standing_of(entitlement.starts_on, entitlement.ends_on, today())
        return cls(
            id=entitlement.pk,
            number=entitlement.number,
            name=entitlement.name,
            tier=entitlement.tier,
            units=entitlement.units,
            unit=entitlement.unit,
            level=LevelShown.of(entitlement.level),
            starts_on=entitlement.starts_on,
            ends_on=entitlement.ends_on,
            state=standing.value,
            families=entitlement.families,
        )


class EntitlementsAsked(Paging):
    """Which entitlements."""

    state: EntitlementState | Literal[""] = ""


@operations.get("/entitlements", Permission.VIEW_CUSTOMER_DATA, returns=Listed[EntitlementShown])
def list_entitlements(request: KeyRequest, asked: Query[EntitlementsAsked]) -> Listed[EntitlementShown]:
    """List the support that was bought; what ends last comes first."""
    found = Selection.of(request.organization, {"state": asked.state}).entitlements.select_related("level")
    return page_of(found, asked, orders=ORDERS, default="-end", draw=EntitlementShown.of)


@operations.get("/entitlements/{uuid:pk}", Permission.VIEW_CUSTOMER_DATA, returns=EntitlementShown)
def show_entitlement(request: KeyRequest, pk: UUID) -> EntitlementShown:
    """Show one of them."""
    found = Entitlement.objects.filter(organization=request.organization).select_related("level")
    return EntitlementShown.of(get_object_or_404(found, pk=pk))
