"""The organization of the key."""

from datetime import datetime
from uuid import UUID

from ninja import Schema

from console.api.schemas import Given
from organizations.actions import edit_organization
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import Organization
from organizations.roles import Permission

operations = Operations("Organization")


class OrganizationShown(Schema):
    """An organization, or a personal account."""

    id: UUID
    kind: str
    name: str
    slug: str
    description: str
    status: str
    suspended_for: str
    created_at: datetime


class OrganizationChange(Given):
    """What to change; what is left out stays."""

    name: str | None = None
    slug: str | None = None
    description: str | None = None


@operations.get("/organization", Permission.VIEW_ORGANIZATION, returns=OrganizationShown)
def show_organization(request: KeyRequest) -> Organization:
    """The organization that the key belongs to."""
    return request.organization


@operations.patch("/organization", Permission.EDIT_SETTINGS, returns=OrganizationShown)
def change_organization(request: KeyRequest, change: OrganizationChange) -> Organization:
    """Change its name, address or description."""
    now = {field: getattr(request.organization, field) for field in OrganizationChange.model_fields}
    return edit_organization(
        organization=request.organization, **{**now, **change.model_dump(exclude_none=True)}, by=request.actor
    )
