"""The key that a request came with: what a client asks first."""

from datetime import datetime
from typing import cast
from uuid import UUID

from ninja import Schema
from pydantic import Field

from organizations.api.keys import KeyKind
from organizations.api.operations import Operations
from organizations.api.organization import OrganizationShown
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Key")


class Holder(Schema):
    """The member for whom a key acts."""

    membership_id: UUID
    user_id: UUID
    name: str
    role: str = Field(description="The key of the role.", examples=["tech"])


class OwnKeyShown(Schema):
    """Which key it is, where, for whom, and what it may do at this moment."""

    id: UUID
    key: str = Field(examples=["cnsl_key_…"])
    kind: KeyKind
    name: str
    organization: OrganizationShown
    holder: Holder | None = Field(description="Null for a service key, which is the organization's own.")
    permissions: list[str] = Field(description="What may be done with it now.", examples=[["view_organization"]])
    networks: list[str] = Field(description="From where it may be used; empty for anywhere.")
    expires_at: datetime | None


# Whatever it may do, it may ask that.
@operations.get("/key", *Permission, returns=OwnKeyShown)
def show_own_key(request: KeyRequest) -> OwnKeyShown:
    """Show the key that the request came with, its organization, and what it may do now."""
    key, member = request.key, request.membership
    return OwnKeyShown(
        id=key.pk,
        key=key.access_id,
        kind=cast("KeyKind", key.kind),
        name=key.name,
        organization=OrganizationShown.from_orm(request.organization),
        holder=Holder(membership_id=member.pk, user_id=member.user_id, name=member.user.name, role=member.role_key)
        if member
        else None,
        permissions=sorted(request.actor.permissions),
        networks=key.networks,
        expires_at=key.expires_at,
    )
