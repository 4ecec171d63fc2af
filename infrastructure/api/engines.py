"""The storage engines of the organization, and which of them a project keeps its data in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal, Self, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.refusal import Refused
from infrastructure.actions import engine_checks, project_engines
from infrastructure.actions import engines as actions
from infrastructure.actions.engine_places import add_engine_somewhere
from infrastructure.connecting import Finding
from infrastructure.connecting.configs import HIGHEST_PORT, LONGEST, PEM_LENGTH, SECRET_LENGTH
from infrastructure.engine_rows import ORDERS, Selection
from infrastructure.models import ProjectEngine, StorageEngine
from infrastructure.models.engine import NAME_LENGTH
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from projects.api.places import ProjectKeyRequest, project_at

operations = Operations("Storage engines")

type EngineKind = Literal["postgresql", "s3"]
type EngineHealth = Literal["unknown", "healthy", "failing"]
type ConnectionStage = Literal["name", "network", "tls", "sign_in", "rights", ""]
type Encryption = Literal["verify-full", "require", "disable"]


class PostgresqlConfig(Given):
    """Where a PostgreSQL server is, and who signs in."""

    host: str = Field(max_length=LONGEST, examples=["db.example.com"])
    port: int = Field(5432, ge=1, le=HIGHEST_PORT)
    database: str = Field(max_length=LONGEST, examples=["data"])
    user: str = Field(max_length=LONGEST, examples=["console"])
    tls: Encryption = Field(
        "verify-full",
        description="Whether the connection is encrypted, and whether the certificate must prove who the server is.",
    )
    authority: str = Field(
        "", max_length=PEM_LENGTH, description="Certificates in PEM that are trusted in place of those browsers know."
    )


class S3Config(Given):
    """Where a bucket is, and whose it is."""

    endpoint: str = Field(max_length=LONGEST, examples=["https://s3.eu-west-1.amazonaws.com"])
    region: str = Field("us-east-1", max_length=60, examples=["eu-west-1"])
    bucket: str = Field(max_length=63, examples=["acme-data"])
    access_key_id: str = Field(max_length=128, examples=["AKIAIOSFODNN7EXAMPLE"])
    path_style: bool = Field(default=False, description="Whether the bucket stands in the path, not in the host name.")


class EngineShown(Schema):
    """A database or object storage of the organization's own; never its secret."""

    id: UUID
    kind: EngineKind
    name: str = Field(examples=["Main database"])
    config: dict[str, Any] = Field(
        description="What was given for its kind.", examples=[{"host": "db.example.com", "port": 5432}]
    )
    is_default: bool = Field(description="Whether projects that were linked to none keep their data in it.")
    health: EngineHealth
    problem_stage: ConnectionStage = Field(description="Where the last check failed; empty where it did not.")
    problem: str = Field(description="What to do about it.")
    checked_at: datetime | None
    failing_since: datetime | None
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, engine: StorageEngine) -> Self:
        """An engine."""
        return cls(
            id=engine.pk,
            kind=cast("EngineKind", engine.kind),
            name=engine.name,
            config=engine.config,
            is_default=engine.is_default,
            health=cast("EngineHealth", engine.health),
            problem_stage=cast("ConnectionStage", engine.problem_stage),
            problem=engine.trouble,
            checked_at=engine.checked_at,
            failing_since=engine.failing_since,
            created_at=engine.created_at,
            changed_at=engine.changed_at,
        )


class EnginesAsked(Paging):
    """Which engines, in which order."""

    q: str = Field("", max_length=200, description="What the name contains.")
    kind: EngineKind | Literal[""] = ""
    health: EngineHealth | Literal[""] = ""
    sort: Literal["name", "-name", "added", "-added"] = "name"


class EngineGiven(Given):
    """A new engine."""

    kind: EngineKind
    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Main database"])
    config: PostgresqlConfig | S3Config = Field(description="What its kind needs.")
    secret: str = Field(
        min_length=1, max_length=SECRET_LENGTH, description="The password, or the secret access key. Never shown again."
    )


class EngineChange(Given):
    """What to change; what is left out stays."""

    name: str = Field(default_factory=str, min_length=1, max_length=NAME_LENGTH, examples=["Main database"])
    config: PostgresqlConfig | S3Config = Field(
        default_factory=lambda: cast("PostgresqlConfig | S3Config", None),
        description="All of it, in place of what was.",
    )
    secret: str = Field(
        default_factory=str,
        min_length=1,
        max_length=SECRET_LENGTH,
        description="Must be given where the engine moves: another host, endpoint, user, key, or encryption.",
    )


class FindingShown(Schema):
    """What a check found."""

    works: bool
    stage: ConnectionStage = Field(description="Where it failed, in the order in which a connection is made.")
    problem: str = Field(description="What to do about it; empty where it works.")
    milliseconds: int

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding."""
        return cls(
            works=finding.is_fine,
            stage=cast("ConnectionStage", finding.stage),
            problem=finding.said,
            milliseconds=finding.milliseconds,
        )


class ProjectStorage(Schema):
    """Where a project keeps its data."""

    engine: UUID | None = Field(description="The id of the storage engine; null where there is none.")
    name: str
    health: EngineHealth
    is_default: bool = Field(description="Whether that is because no other was chosen for the project.")


class ProjectStorageGiven(Given):
    """Where it shall."""

    engine: UUID = Field(description="The id of a storage engine.")


@operations.get("/storage-engines", Permission.VIEW_INFRASTRUCTURE, returns=Listed[EngineShown])
def list_storage_engines(request: KeyRequest, asked: Query[EnginesAsked]) -> Listed[EngineShown]:
    """List the storage engines, and whether they work."""
    found = Selection.of(request.organization, asked.model_dump(include={"q", "kind", "health"})).engines
    return page_of(found, asked, orders=ORDERS, default="name", draw=EngineShown.of)


@operations.post("/storage-engines", Permission.ADD_INFRASTRUCTURE, returns=EngineShown)
@sensitive_variables("given")
def add_storage_engine(request: KeyRequest, given: EngineGiven, response: HttpResponse) -> EngineShown:
    """Add a storage engine. Whether it works is checked within a minute; `/check` asks at once."""
    with _naming_fields():
        engine = add_engine_somewhere(
            organization=request.organization,
            kind=given.kind,
            name=given.name,
            config=given.config.model_dump(),
            secret=given.secret,
            by=request.actor,
        )
    response.headers["Location"] = f"/api/v1/storage-engines/{engine.pk}"
    return EngineShown.of(engine)


@operations.get("/storage-engines/{uuid:engine}", Permission.VIEW_INFRASTRUCTURE, returns=EngineShown)
def show_storage_engine(request: KeyRequest, engine: UUID) -> EngineShown:
    """Show a storage engine, and whether it works."""
    return EngineShown.of(_engine(request, engine))


@operations.patch("/storage-engines/{uuid:engine}", Permission.MANAGE_INFRASTRUCTURE, returns=EngineShown)
@sensitive_variables("change")
def change_storage_engine(request: KeyRequest, engine: UUID, change: EngineChange) -> EngineShown:
    """Change a storage engine; its kind stays. Whether it works then is checked within a minute."""
    found = _engine(request, engine)
    given = change.model_fields_set
    # Nothing is looked up here, with the organization locked: each connection checks where it leads.
    with _naming_fields():
        changed = actions.change_engine(
            engine=found,
            name=change.name if "name" in given else found.name,
            config=change.config.model_dump() if "config" in given else found.config,
            secret=change.secret if "secret" in given else "",
            by=request.actor,
        )
    return EngineShown.of(changed)


@operations.delete("/storage-engines/{uuid:engine}", Permission.MANAGE_INFRASTRUCTURE)
def remove_storage_engine(request: KeyRequest, engine: UUID) -> None:
    """Remove a storage engine to which no project is linked. What is stored there stays there."""
    actions.remove_engine(engine=_engine(request, engine), by=request.actor)


@operations.post(
    "/storage-engines/{uuid:engine}/checks", Permission.MANAGE_INFRASTRUCTURE, returns=FindingShown, status=200
)
def check_storage_engine(request: KeyRequest, engine: UUID) -> FindingShown:
    """Connect to a storage engine now, for at most five seconds, and say what came of it. Once in ten seconds."""
    return FindingShown.of(engine_checks.check_engine_now(engine=_engine(request, engine), by=request.actor))


@operations.post(
    "/storage-engines/{uuid:engine}/default", Permission.MANAGE_INFRASTRUCTURE, returns=EngineShown, status=200
)
def make_storage_engine_default(request: KeyRequest, engine: UUID) -> EngineShown:
    """Let projects that were linked to no engine keep their data in this one."""
    return EngineShown.of(actions.set_default_engine(engine=_engine(request, engine), by=request.actor))


@operations.get(
    "/projects/{slug:project}/storage", Permission.MANAGE_PROJECTS, within=project_at, returns=ProjectStorage
)
def show_storage_of_project(request: ProjectKeyRequest, project: str) -> ProjectStorage:
    """Show which storage engine a project keeps its data in."""
    return _storage(request)


@operations.post(
    "/projects/{slug:project}/storage",
    Permission.MANAGE_PROJECTS,
    within=project_at,
    returns=ProjectStorage,
    status=200,
)
def choose_storage_of_project(request: ProjectKeyRequest, project: str, given: ProjectStorageGiven) -> ProjectStorage:
    """Link a project to a storage engine. What is stored in another one is not moved."""
    engine = StorageEngine(pk=given.engine)
    project_engines.link_engine(project=request.project, engine=engine, by=request.actor)
    return _storage(request)


@operations.delete("/projects/{slug:project}/storage", Permission.MANAGE_PROJECTS, within=project_at)
def unlink_storage_of_project(request: ProjectKeyRequest, project: str) -> None:
    """Let a project use the organization's default again."""
    project_engines.unlink_engine(project=request.project, by=request.actor)


@contextmanager
def _naming_fields() -> Iterator[None]:
    """Let a refusal of a part of the configuration name it as it was sent."""
    try:
        yield
    except Refused as refusal:
        if refusal.field not in PostgresqlConfig.model_fields.keys() | S3Config.model_fields.keys():
            raise
        said = " ".join(refusal.messages)
        raise Refused(said, code=refusal.code or "refused", field=f"config.{refusal.field}") from None


def _engine(request: KeyRequest, pk: UUID) -> StorageEngine:
    engine = get_object_or_404(StorageEngine, organization=request.organization, pk=pk)
    engine.organization = request.organization
    return engine


def _storage(request: ProjectKeyRequest) -> ProjectStorage:
    used = project_engines.engine_of(request.project)
    if used is None:
        return ProjectStorage(engine=None, name="", health="unknown", is_default=False)
    return ProjectStorage(
        engine=used.pk,
        name=used.name,
        health=cast("EngineHealth", used.health),
        is_default=not ProjectEngine.objects.filter(project=request.project).exists(),
    )
