"""What can run in projects, and for how much."""

from typing import Any, Self

from django.conf import settings
from django.db.models import Prefetch
from ninja import Query, Schema
from pydantic import Field

from console.api.schemas import Asked
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models.organization import SLUG_LENGTH
from organizations.roles import Permission
from projects.api.regions import region_called
from projects.models import ServiceKind, ServiceSize

operations = Operations("Catalogue")


class SizeShown(Schema):
    """A size in which a kind can be had."""

    key: str = Field(examples=["small"])
    name: str = Field(examples=["Small"])
    description: str = Field(examples=["1 CPU, 2 GB"])
    price_per_hour: str = Field(description="For each started hour: a decimal number.", examples=["0.0200"])
    currency: str = Field(description="A code of ISO 4217.", examples=["EUR"])

    @classmethod
    def of(cls, size: ServiceSize) -> Self:
        """A size as it is shown."""
        return cls(
            key=size.key,
            name=size.name,
            description=size.description,
            price_per_hour=f"{size.price:f}",
            currency=settings.CURRENCY,
        )


class KindShown(Schema):
    """A kind of service."""

    key: str = Field(examples=["postgresql"])
    name: str = Field(examples=["PostgreSQL"])
    description: str
    form: dict[str, Any] = Field(
        description="What `parameters` may hold when it is requested: a JSON Schema (draft 2020-12).",
        examples=[{"type": "object", "properties": {"version": {"type": "string", "enum": ["16", "17"]}}}],
    )
    regions: list[str] = Field(description="The keys of the regions that have it; empty for all of them.")
    sizes: list[SizeShown]

    @classmethod
    def of(cls, kind: ServiceKind) -> Self:
        """A kind with its sizes and regions, which the caller has fetched."""
        return cls(
            key=kind.key,
            name=kind.name,
            description=kind.description,
            form=kind.form,
            regions=[region.key for region in kind.regions.all()],
            sizes=[SizeShown.of(size) for size in kind.sizes.all()],
        )


class Catalogue(Schema):
    """All kinds: there are never many."""

    items: list[KindShown]


class CatalogueAsked(Asked):
    """Which kinds."""

    region: str = Field("", max_length=SLUG_LENGTH, description="The key of a region: only what it has.")


@operations.get("/catalogue", Permission.VIEW_ORGANIZATION, returns=Catalogue)
def list_catalogue(request: KeyRequest, asked: Query[CatalogueAsked]) -> Catalogue:
    """List the kinds of services that can be requested, each with its sizes and what it asks for."""
    offered = Prefetch("sizes", ServiceSize.objects.filter(is_offered=True))
    kinds = (
        ServiceKind.objects.offered_in(region_called(asked.region)) if asked.region else ServiceKind.objects.offered()
    )
    return Catalogue(items=[KindShown.of(kind) for kind in kinds.prefetch_related(offered, "regions")])
