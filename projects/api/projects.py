"""The projects of the organization."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models.organization import SLUG_LENGTH
from organizations.roles import Permission
from projects.actions import projects as actions
from projects.api.places import ProjectKeyRequest, project_at
from projects.api.regions import region_called
from projects.models import Project
from projects.models.project import DESCRIPTION_LENGTH, NAME_LENGTH, TAG_LENGTH, TAGS
from projects.project_rows import ORDERS, Selection

operations = Operations("Projects")

type ProjectState = Literal["active", "archived", "deleting"]
type ProjectVisibility = Literal["organization", "restricted"]


class ProjectListed(Schema):
    """A workspace that holds services."""

    id: UUID
    slug: str = Field(description="What addresses call it; it never changes.", examples=["website"])
    name: str = Field(examples=["Website"])
    description: str
    region: str = Field(description="The key of the region.", examples=["eu-west"])
    visibility: ProjectVisibility = Field(
        description="Who sees it: the organization, or only those who were granted it."
    )
    state: ProjectState = Field(
        description="In an archived one nothing changes; one that is being deleted can be recovered."
    )
    tags: list[str] = Field(examples=[["production"]])
    created_by: str = Field(description="Empty where a service key made it, or who did has no account any more.")
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None
    ends_at: datetime | None = Field(description="While it is being deleted: when it is gone for good.")

    @classmethod
    def of(cls, project: Project) -> Self:
        """A project with its region, its tags and who made it."""
        return cls(**_values(project))


class ProjectShown(ProjectListed):
    """A project, and what the key may do there."""

    permissions: list[str] = Field(
        description="What the key may do in it: by a role, and by what its holder was granted there.",
        examples=[["operate_services", "start_services", "view_projects"]],
    )


class ProjectsAsked(Paging):
    """Which projects, in which order."""

    q: str = Field("", max_length=200, description="What the name, the slug, the description or a tag contains.")
    state: ProjectState | Literal[""] = ""
    region: str = Field("", max_length=SLUG_LENGTH, description="The key of a region.")
    tag: str = Field("", max_length=TAG_LENGTH)
    visibility: ProjectVisibility | Literal[""] = ""
    sort: Literal["name", "-name", "created", "-created", "changed", "-changed"] = "name"


class ProjectGiven(Given):
    """A new project."""

    name: str = Field(min_length=1, max_length=NAME_LENGTH, examples=["Website"])
    slug: str = Field(
        "",
        max_length=SLUG_LENGTH,
        description="Small letters, digits and hyphens; made from the name where it is left out. It never changes.",
        examples=["website"],
    )
    description: str = Field("", max_length=DESCRIPTION_LENGTH)
    region: str = Field(
        "",
        max_length=SLUG_LENGTH,
        description="The key of a region; may be left out where there is only one.",
        examples=["eu-west"],
    )
    visibility: ProjectVisibility = "organization"
    tags: list[str] = Field(default_factory=list, max_length=TAGS, examples=[["production"]])


class ProjectChange(Given):
    """What to change; what is left out stays."""

    name: str = Field(default_factory=str, min_length=1, max_length=NAME_LENGTH, examples=["Website"])
    description: str = Field(default_factory=str, max_length=DESCRIPTION_LENGTH)
    visibility: ProjectVisibility = Field(default_factory=lambda: "organization")
    tags: list[str] = Field(default_factory=list, max_length=TAGS, description="All of them, in place of what was.")


@operations.get("/projects", Permission.VIEW_ORGANIZATION, returns=Listed[ProjectListed])
def list_projects(request: KeyRequest, asked: Query[ProjectsAsked]) -> Listed[ProjectListed]:
    """List the projects that the key may know of: those of its role, and those that its holder was granted."""
    if asked.region:
        region_called(asked.region)
    wanted = asked.model_dump(include={"q", "state", "region", "tag", "visibility"})
    found = Selection.of(request.actor, wanted).projects.select_related("region", "created_by")
    return page_of(found.prefetch_related("tags"), asked, orders=ORDERS, default="name", draw=ProjectListed.of)


@operations.post("/projects", Permission.CREATE_PROJECTS, returns=ProjectShown)
def make_project(request: KeyRequest, given: ProjectGiven, response: HttpResponse) -> ProjectShown:
    """Make a project. Whoever the key belongs to can manage it."""
    project = actions.create_project(organization=request.organization, **given.model_dump(), by=request.actor)
    response.headers["Location"] = f"/api/v1/projects/{project.slug}"
    return _shown(request, project)


@operations.get("/projects/{slug:project}", Permission.VIEW_PROJECTS, within=project_at, returns=ProjectShown)
def show_project(request: ProjectKeyRequest, project: str) -> ProjectShown:
    """Show a project."""
    return _shown(request, request.project)


@operations.patch("/projects/{slug:project}", Permission.MANAGE_PROJECTS, within=project_at, returns=ProjectShown)
def change_project(request: ProjectKeyRequest, project: str, change: ProjectChange) -> ProjectShown:
    """Change what a project is called, what is said of it, its tags, and who sees it."""
    now = {
        "name": request.project.name,
        "description": request.project.description,
        "visibility": request.project.visibility,
        "tags": [tag.name for tag in request.project.tags.all()],
    }
    changed = change.model_dump(exclude_unset=True)
    return _shown(request, actions.edit_project(project=request.project, **{**now, **changed}, by=request.actor))


@operations.delete("/projects/{slug:project}", Permission.MANAGE_PROJECTS, within=project_at)
def delete_project(request: ProjectKeyRequest, project: str) -> None:
    """Delete a project. What runs in it stops at once; for 7 days it can be recovered, then all of it is gone."""
    actions.delete_project(project=request.project, by=request.actor)


@operations.post(
    "/projects/{slug:project}/archiving",
    Permission.MANAGE_PROJECTS,
    within=project_at,
    returns=ProjectShown,
    status=200,
)
def archive_project(request: ProjectKeyRequest, project: str) -> ProjectShown:
    """Put a project into the archive, where nothing changes. Nothing may run in it."""
    return _shown(request, actions.archive_project(project=request.project, by=request.actor))


@operations.post(
    "/projects/{slug:project}/restoration",
    Permission.MANAGE_PROJECTS,
    within=project_at,
    returns=ProjectShown,
    status=200,
)
def restore_project(request: ProjectKeyRequest, project: str) -> ProjectShown:
    """Bring a project back from the archive."""
    return _shown(request, actions.restore_project(project=request.project, by=request.actor))


@operations.post(
    "/projects/{slug:project}/recovery",
    Permission.MANAGE_PROJECTS,
    within=project_at,
    returns=ProjectShown,
    status=200,
)
def recover_project(request: ProjectKeyRequest, project: str) -> ProjectShown:
    """Undo a deletion within its 7 days. What ran in the project stays stopped."""
    return _shown(request, actions.recover_project(project=request.project, by=request.actor))


def _shown(request: KeyRequest, project: Project) -> ProjectShown:
    return ProjectShown(**_values(project), permissions=sorted(project.permissions_of(request.actor)))


def _values(project: Project) -> dict[str, Any]:
    return {
        "id": project.pk,
        "slug": project.slug,
        "name": project.name,
        "description": project.description,
        "region": project.region.key,
        "visibility": project.visibility,
        "state": project.state,
        "tags": sorted(tag.name for tag in project.tags.all()),
        "created_by": project.created_by.name if project.created_by else "",
        "created_at": project.created_at,
        "changed_at": project.changed_at,
        "archived_at": project.archived_at,
        "ends_at": project.ends_at,
    }
