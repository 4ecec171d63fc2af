"""What runs in projects."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Self, cast
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.models.organization import SLUG_LENGTH
from organizations.roles import Permission
from projects.actions import services as actions
from projects.api.catalogue import SizeShown
from projects.api.places import ProjectKeyRequest, ServiceKeyRequest, project_at, service_at
from projects.models import Operation, Output, Service, ServiceKind, ServiceSize
from projects.models.service import NAME_LENGTH

operations = Operations("Services")

type ServiceState = Literal["requested", "provisioning", "running", "stopping", "stopped", "deleted", "failed"]
type OperationVerb = Literal["create", "start", "resize", "stop", "delete"]


class OperationShown(Schema):
    """What is being done with a service at this moment."""

    id: UUID
    verb: OperationVerb
    size: str = Field(description="The key of the size that it leads to.")
    progress: int = Field(ge=0, le=100, description="In percent.")
    asked_by: str = Field(description="Empty where a service key or we did, or who did has no account any more.")
    asked_at: datetime
    accepted_at: datetime | None = Field(description="When what makes the service took it on.")

    @classmethod
    def of(cls, operation: Operation) -> Self:
        """An operation with its size and who asked."""
        return cls(
            id=operation.pk,
            verb=cast("OperationVerb", operation.verb),
            size=operation.size.key,
            progress=operation.progress,
            asked_by=operation.asked_by.name if operation.asked_by else "",
            asked_at=operation.asked_at,
            accepted_at=operation.accepted_at,
        )


class OutputShown(Schema):
    """Something that a service came with."""

    name: str = Field(examples=["host"])
    value: str | None = Field(description="Null for a secret: ask for it at `outputs`.")
    is_secret: bool
    shown_once: bool = Field(description="Whether it is forgotten once somebody has seen it.")
    shown_at: datetime | None = Field(description="When somebody last asked for the secret.")

    @classmethod
    def of(cls, output: Output) -> Self:
        """An output without its secret."""
        return cls(
            name=output.name,
            value=None if output.is_secret else output.value,
            is_secret=output.is_secret,
            shown_once=output.shown_once,
            shown_at=output.shown_at,
        )


class ServiceListed(Schema):
    """Something of a kind of the catalogue, in a project."""

    id: UUID
    project: str = Field(description="The slug of the project.", examples=["website"])
    kind: str = Field(description="The key of the kind.", examples=["postgresql"])
    name: str = Field(examples=["Main database"])
    size: SizeShown
    state: ServiceState
    state_since: datetime
    reason: str = Field(description="Why it failed; empty where it has not.")
    operation: OperationShown | None = Field(description="What is being done with it; null where nothing is.")
    created_by: str = Field(description="Empty where a service key did, or who did has no account any more.")
    created_at: datetime

    @classmethod
    def of(cls, service: Any) -> Self:
        """A service with its project, kind, size and who asked for it, and what is being done (``open_operations``)."""
        return cls(**_values(service, service.open_operations))


class ServiceShown(ServiceListed):
    """A service, with what it was requested with and what it came with."""

    parameters: dict[str, Any] = Field(description="As they were given when it was requested.")
    outputs: list[OutputShown]


class ServicesAsked(Paging):
    """Which services of the project."""

    state: ServiceState | Literal[""] = Field("", description="Left out: all that are not deleted.")
    kind: str = Field("", max_length=SLUG_LENGTH, description="The key of a kind.")


class ServiceGiven(Given):
    """A service to request."""

    kind: str = Field(
        min_length=1, max_length=SLUG_LENGTH, description="A key of the catalogue.", examples=["postgresql"]
    )
    size: str = Field(
        min_length=1, max_length=SLUG_LENGTH, description="A key of the kind's sizes.", examples=["small"]
    )
    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Main database"])
    parameters: dict[str, Any] = Field(default_factory=dict, description="What the kind's `form` asks for.")


class SizeGiven(Given):
    """Another size."""

    size: str = Field(
        min_length=1, max_length=SLUG_LENGTH, description="A key of the kind's sizes.", examples=["large"]
    )


@operations.get(
    "/projects/{slug:project}/services", Permission.VIEW_PROJECTS, within=project_at, returns=Listed[ServiceListed]
)
def list_services(request: ProjectKeyRequest, project: str, asked: Query[ServicesAsked]) -> Listed[ServiceListed]:
    """List the services of a project, the newest first."""
    services = request.project.services.all()
    services = services.filter(state=asked.state) if asked.state else services.present()
    if asked.kind:
        services = services.filter(kind__key=asked.kind)
    doing = Prefetch("operations", Operation.objects.open().select_related("size", "asked_by"), "open_operations")
    found = services.select_related("project", "kind", "size", "created_by").prefetch_related(doing)
    # Ids grow with time.
    return page_of(found, asked, orders={"created": Order("id", UUID)}, default="-created", draw=ServiceListed.of)


@operations.post(
    "/projects/{slug:project}/services", Permission.START_SERVICES, within=project_at, returns=ServiceShown
)
def request_service(
    request: ProjectKeyRequest, project: str, given: ServiceGiven, response: HttpResponse
) -> ServiceShown:
    """Request a service. It is on its way when this answers: look at it until `operation` is null."""
    kind = _kind(given.kind)
    service = actions.request_service(
        project=request.project,
        kind=kind,
        size=_size(kind, given.size),
        name=given.name,
        parameters=given.parameters,
        by=request.actor,
    )
    response.headers["Location"] = f"/api/v1/services/{service.pk}"
    return _now(cast("ServiceKeyRequest", request), service)


@operations.get("/services/{uuid:pk}", Permission.VIEW_PROJECTS, within=service_at, returns=ServiceShown)
def show_service(request: ServiceKeyRequest, pk: UUID) -> ServiceShown:
    """Show a service; one that was deleted, too, as long as its project is there."""
    return _shown(request.service)


@operations.delete("/services/{uuid:pk}", Permission.OPERATE_SERVICES, within=service_at)
def delete_service(request: ServiceKeyRequest, pk: UUID) -> None:
    """Delete a service, whatever is being done with it, with all that is in it. It is on its way when this answers."""
    actions.delete_service(service=request.service, by=request.actor)


@operations.post(
    "/services/{uuid:pk}/start", Permission.START_SERVICES, within=service_at, returns=ServiceShown, status=202
)
def start_service(request: ServiceKeyRequest, pk: UUID) -> ServiceShown:
    """Start a service that is stopped."""
    return _now(request, actions.start_service(service=request.service, by=request.actor))


@operations.post(
    "/services/{uuid:pk}/stop", Permission.OPERATE_SERVICES, within=service_at, returns=ServiceShown, status=202
)
def stop_service(request: ServiceKeyRequest, pk: UUID) -> ServiceShown:
    """Stop a service that runs. What is in it stays."""
    return _now(request, actions.stop_service(service=request.service, by=request.actor))


@operations.post(
    "/services/{uuid:pk}/retry",
    Permission.OPERATE_SERVICES,
    Permission.START_SERVICES,
    within=service_at,
    returns=ServiceShown,
    status=202,
)
def retry_service(request: ServiceKeyRequest, pk: UUID) -> ServiceShown:
    """Try again what failed last. It takes the permission that the first time took."""
    return _now(request, actions.retry_service(service=request.service, by=request.actor))


@operations.post(
    "/services/{uuid:pk}/size", Permission.START_SERVICES, within=service_at, returns=ServiceShown, status=202
)
def resize_service(request: ServiceKeyRequest, pk: UUID, given: SizeGiven) -> ServiceShown:
    """Give a service another size."""
    size = _size(request.service.kind, given.size)
    return _now(request, actions.resize_service(service=request.service, size=size, by=request.actor))


def _kind(key: str) -> ServiceKind:
    """The kind that a program names; whether the project may have it, the action asks. Raises Refused."""
    kind = ServiceKind.objects.filter(key=key).first()
    if kind is None:
        raise Refused(_("There is no such kind in the catalogue."), code="kind", field="kind")
    return kind


def _size(kind: ServiceKind, key: str) -> ServiceSize:
    """The size of a kind that a program names. Raises Refused."""
    size = kind.sizes.filter(key=key).first()
    if size is None:
        raise Refused(_("There is no such size of this kind."), code="size", field="size")
    return size


def _now(request: ServiceKeyRequest, service: Service) -> ServiceShown:
    """The service as it is by now: what our own worker makes may be done already."""
    return _shown(service_at(request, service.pk))


def _shown(service: Service) -> ServiceShown:
    current = service.operations.open().select_related("size", "asked_by")
    outputs = [OutputShown.of(output) for output in service.outputs.order_by("id")]
    return ServiceShown(**_values(service, current), parameters=service.parameters, outputs=outputs)


def _values(service: Service, current: Iterable[Operation]) -> dict[str, Any]:
    doing = next(iter(current), None)
    return {
        "id": service.pk,
        "project": service.project.slug,
        "kind": service.kind.key,
        "name": service.name,
        "size": SizeShown.of(service.size),
        "state": service.state,
        "state_since": service.state_since,
        "reason": service.trouble,
        "operation": OperationShown.of(doing) if doing else None,
        "created_by": service.created_by.name if service.created_by else "",
        "created_at": service.created_at,
    }
