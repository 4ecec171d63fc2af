"""The domain names of the organization."""

from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import Domain
from organizations.roles import Permission

operations = Operations("Domains")

type Joins = Literal["off", "suggest", "join"]


class DomainShown(Schema):
    """A domain name, and what it means for who proves an address in it."""

    id: UUID
    name: str = Field(examples=["example.com"])
    is_verified: bool
    verified_at: datetime | None
    joining: Joins = Field(
        description="What happens to who proves an address there: nothing, the organization is suggested, or they join."
    )
    role: str = Field(description="The key of the role with which they join.")
    created_at: datetime


@operations.get("/domains", Permission.EDIT_SETTINGS, returns=Listed[DomainShown])
def list_domains(request: KeyRequest, asked: Query[Paging]) -> Listed[DomainShown]:
    """List the domain names by name, proven or not."""
    domains = request.organization.domains.all()
    return page_of(domains, asked, orders={"name": Order("name")}, default="name", draw=_drawn)


def _drawn(domain: Domain) -> DomainShown:
    return DomainShown(
        id=domain.pk,
        name=domain.name,
        is_verified=domain.verified_at is not None,
        verified_at=domain.verified_at,
        joining=cast("Joins", domain.joining),
        role=domain.role_key,
        created_at=domain.created_at,
    )
