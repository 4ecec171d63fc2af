"""What backends report of the operations that they were asked for, and ask of them (docs/provisioning.md)."""

from typing import Any, Final, Literal, Self
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from console.api.problems import Problem
from console.api.schemas import Given
from projects.actions.services.outputs import MOST_OUTPUTS
from projects.actions.services.settling import note_done, note_failed, note_progress
from projects.api.backends import BackendOperations, BackendRequest
from projects.api.services import OperationVerb, ServiceState
from projects.models import Operation
from projects.models.service import OUTPUT_NAME_LENGTH, OUTPUT_VALUE_LENGTH, REASON_LENGTH
from projects.provisioners.base import Found
from projects.provisioners.webhook import endpoint_of, told

operations = BackendOperations("Provisioning")

type OperationState = Literal["open", "done", "failed", "replaced"]

# Sealed, a value may be a certificate or a file of configuration.
SECRET_LENGTH: Final = 16_000
# What a backend says of an error is often long; what people read is cut.
MESSAGE_LENGTH: Final = 4_000
SHOWN = f"People read it; one line, of which the first {REASON_LENGTH} characters are kept."


class ReportedOutput(Given):
    """Something that a service comes with."""

    name: str = Field(min_length=1, max_length=OUTPUT_NAME_LENGTH, examples=["password"])
    value: str = Field(
        max_length=SECRET_LENGTH,
        description=f"What is no secret has at most {OUTPUT_VALUE_LENGTH:,} characters.",
        examples=["db-7.internal.example.com"],
    )
    secret: bool = Field(default=False, description="Sealed, and shown only to who proves who they are.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.secret and len(self.value) > OUTPUT_VALUE_LENGTH:
            raise PydanticCustomError("length", _("What is no secret has at most %d characters.") % OUTPUT_VALUE_LENGTH)
        return self


class Report(Given):
    """What became of an operation, or how far it is."""

    state: Literal["provisioning", "done", "failed"] = Field(examples=["done"])
    progress: int | None = Field(None, ge=0, le=100, description="In percent; it never goes back.")
    message: str = Field(
        "", max_length=MESSAGE_LENGTH, description=f"What is being done, or why it failed. {SHOWN}", examples=[""]
    )
    outputs: list[ReportedOutput] = Field(
        default_factory=list,
        max_length=MOST_OUTPUTS,
        description="With `done` only. A name that the service has already gets the new value.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.outputs and self.state != "done":
            raise PydanticCustomError("outputs", _("Send outputs with the state “done”."))
        if len({output.name for output in self.outputs}) < len(self.outputs):
            raise PydanticCustomError("outputs", _("Each output has a name of its own."))
        return self


class Effect(Schema):
    """Whether a report counts."""

    effect: bool = Field(
        description="False: the operation was replaced or is at its end. Stop, and undo what you have begun."
    )


class OperationTold(Schema):
    """What is to be done."""

    id: UUID = Field(description="The same at each attempt: the key of idempotency.")
    number: int = Field(description="Counts the operations of a service: what comes with a lower one is older.")
    verb: OperationVerb


class ServiceTold(Schema):
    """With what."""

    id: UUID
    name: str
    kind: str = Field(description="The key of a kind of the catalogue.")
    size: str = Field(description="The key of the size that it is to have.")
    parameters: dict[str, Any] = Field(description="What was typed into the kind's form.")
    state: ServiceState


class ProjectTold(Schema):
    """Where."""

    id: UUID
    slug: str
    region: str


class OrganizationTold(Schema):
    """Whose."""

    id: UUID
    slug: str


class Task(Schema):
    """What a backend was asked for: `data` of the call, and where the operation stands."""

    operation: OperationTold
    service: ServiceTold
    project: ProjectTold
    organization: OrganizationTold
    report_to: str
    state: OperationState = Field(description="`open`: it is to be done. `replaced`: stop.")


@operations.get("/provisioning/operations/{uuid:pk}", returns=Task)
def show_operation(request: BackendRequest, pk: UUID) -> dict[str, Any]:
    """Show what is to be done: for a backend that was restarted, or that wants to know whether it still is.

    Signed as a report is, with an empty body.
    """
    operation = _operation(request, pk)
    return {**told(operation), "state": operation.state}


@operations.post("/provisioning/operations/{uuid:pk}/reports", returns=Effect)
def report_operation(request: BackendRequest, pk: UUID, report: Report) -> dict[str, bool]:
    """Report how far an operation is, that it is done, or that it failed.

    Reports may come in any order and any number of times; what comes too late has no effect. The same `webhook-id` is
    taken once, and gets the same answer for a day.
    """
    operation = _operation(request, pk)
    return {"effect": _settle(operation.pk, report)}


def _settle(operation_id: UUID, report: Report) -> bool:
    match report.state:
        case "done":
            return note_done(operation_id, [_found(output) for output in report.outputs])
        case "failed":
            return note_failed(operation_id, report.message, gave_up=False)
        case "provisioning":
            return note_progress(operation_id, progress=report.progress, message=report.message)


def _found(output: ReportedOutput) -> Found:
    return Found(name=output.name, value=output.value, is_secret=output.secret)


def _operation(request: BackendRequest, pk: UUID) -> Operation:
    """The operation, if it is the endpoint's; raises the same Problem for one of another and one that is not there."""
    related = "webhook", "size", "service__kind", "service__size", "service__project__region"
    known = Operation.objects.select_related(*related, "service__project__organization")
    operation = known.filter(pk=pk).first()
    if operation is None or endpoint_of(operation) != request.endpoint.pk:
        raise Problem.not_found()
    return operation
