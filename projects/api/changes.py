"""What has happened to a service, and the secrets that it came with."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.utils.translation import gettext
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations
from organizations.roles import Permission
from projects.actions.services import show_outputs
from projects.api.places import ServiceKeyRequest, service_at
from projects.api.services import OperationVerb, ServiceState
from projects.models import Change
from projects.provisioners.base import Found

operations = Operations("Services")

type ActorKind = Literal["user", "key", "staff", "visitor", "system"]


class ChangeActor(Schema):
    """Who or what brought a change about."""

    kind: ActorKind = Field(description="The system is we, or what makes the service.")
    id: UUID | None = Field(description="The user's id.")
    name: str = Field(description="Empty for the system, and for who has no account any more.")


class ChangeShown(Schema):
    """A line of a service's time line."""

    id: UUID
    at: datetime
    state: ServiceState = Field(description="The state that it came into, or was in.")
    verb: OperationVerb | None = Field(description="What was being done.")
    operation_id: UUID | None
    progress: int | None = Field(description="In percent, where it was said.")
    note: str = Field(description="What was said of it; often empty.")
    by: ChangeActor

    @classmethod
    def of(cls, change: Change) -> Self:
        """A change with its operation and who brought it about."""
        return cls(
            id=change.pk,
            at=change.at,
            state=cast("ServiceState", change.state),
            verb=cast("OperationVerb", change.operation.verb) if change.operation else None,
            operation_id=change.operation_id,
            progress=change.progress,
            note=gettext(change.note) if change.note else "",
            by=ChangeActor(
                kind=cast("ActorKind", change.by_kind),
                id=change.by_id,
                name=change.by.name if change.by else change.by_name,
            ),
        )


class OutputOpened(Schema):
    """Something that a service came with, opened."""

    name: str = Field(examples=["password"])
    value: str = Field(description="Empty for what is shown once and was.")
    is_secret: bool
    shown_once: bool = Field(description="Whether it is forgotten from now on: keep it where you keep secrets.")

    @classmethod
    def of(cls, found: Found) -> Self:
        """What was found, secret or not."""
        return cls(name=found.name, value=found.value, is_secret=found.is_secret, shown_once=found.shown_once)


class Outputs(Schema):
    """All that a service came with."""

    items: list[OutputOpened]


@operations.get("/services/{uuid:pk}/changes", Permission.VIEW_PROJECTS, within=service_at, returns=Listed[ChangeShown])
def list_changes(request: ServiceKeyRequest, pk: UUID, asked: Query[Paging]) -> Listed[ChangeShown]:
    """List what has happened to a service, the newest first."""
    changes = request.service.changes.select_related("operation", "by")
    # Ids grow with time.
    return page_of(changes, asked, orders={"at": Order("id", UUID)}, default="-at", draw=ChangeShown.of)


@operations.issue("/services/{uuid:pk}/outputs", Permission.OPERATE_SERVICES, within=service_at, returns=Outputs)
def reveal_outputs(request: ServiceKeyRequest, pk: UUID) -> Outputs:
    """Get what a service came with, secrets too. The log says who did; some secrets are shown this once."""
    return Outputs(items=[OutputOpened.of(found) for found in show_outputs(service=request.service, by=request.actor)])
