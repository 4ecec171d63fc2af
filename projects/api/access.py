"""Who may do what in a project, and why: by a role, by what was granted to the role, by what was granted by name."""

from collections.abc import Mapping
from typing import Any, Literal, Self, cast
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from organizations.api.operations import Operations, lacking
from organizations.api.roles import KEY_LENGTH
from organizations.models import Membership, role_of, roles_of
from organizations.policies import Role
from organizations.roles import Permission
from projects.actions import grants as actions
from projects.api.places import ProjectKeyRequest, project_at
from projects.levels import Level
from projects.models import PersonGrant, Project
from projects.models.grant import LEVELS, person_level, role_levels

operations = Operations("Access to projects")

type GrantLevel = Literal["view", "operate", "manage"]
type Levels = Mapping[str, Level]


class RoleAccess(Schema):
    """What everybody with a role may do in the project."""

    role: str = Field(description="The key of the role.", examples=["tech"])
    role_name: str = Field(examples=["Tech"])
    level: GrantLevel | None = Field(description="What was granted to the role here; null for nothing.")
    permissions: list[str] = Field(
        description="What the role and that grant allow here, together; empty for who does not know of the project.",
        examples=[["view_projects"]],
    )

    @classmethod
    def of(cls, project: Project, role: Role, levels: Levels) -> Self:
        """A role with what it allows; ``levels``: what was granted to roles, by their keys."""
        return cls(
            role=role.key,
            role_name=str(role.label),
            level=cast("GrantLevel | None", levels.get(role.key)),
            permissions=sorted(_allowed(project, role, levels.get(role.key))),
        )


class Access(Schema):
    """All roles: there are never many."""

    roles: list[RoleAccess]


class PersonAccess(Schema):
    """What a member may do in the project."""

    membership: UUID = Field(description="The id of the membership.")
    name: str = Field(examples=["Ada Lovelace"])
    email: str = Field(examples=["ada@example.com"])
    role: str = Field(description="The key of the role.", examples=["member"])
    level: GrantLevel | None = Field(description="What was granted to the member by name; null for nothing.")
    role_level: GrantLevel | None = Field(description="What was granted to the role; null for nothing.")
    permissions: list[str] = Field(
        description="What all of that allows here, together; empty for who does not know of the project.",
        examples=[["operate_services", "start_services", "view_projects"]],
    )

    @classmethod
    def of(cls, project: Project, member: Membership, level: Level | None, levels: Levels) -> Self:
        """A member with the ``level`` that was granted by name; ``levels``: what was granted to roles."""
        role = member.held_role
        return cls(
            membership=member.pk,
            name=member.user.name,
            email=member.user.email,
            role=role.key,
            level=cast("GrantLevel | None", level),
            role_level=cast("GrantLevel | None", levels.get(role.key)),
            permissions=sorted(_allowed(project, role, levels.get(role.key), level)),
        )


class PersonGrantGiven(Given):
    """What to grant to whom, in place of what was."""

    membership: UUID = Field(description="The id of a membership.")
    level: GrantLevel


class RoleGrantGiven(Given):
    """What to grant to a role, in place of what was."""

    role: str = Field(min_length=1, max_length=KEY_LENGTH, description="The key of a role.", examples=["member"])
    level: GrantLevel


def access_at(request: ProjectKeyRequest, project: str, **others: Any) -> Project:
    """The project, for a key that may also know who its members are; a personal account has none. Raises Http404."""
    if request.organization.is_personal:
        raise Http404
    found = project_at(request, project)
    if not request.actor.can(Permission.VIEW_MEMBERS):
        raise lacking(Permission.VIEW_MEMBERS, request.actor)
    return found


@operations.get("/projects/{slug:project}/access", Permission.VIEW_PROJECTS, within=access_at, returns=Access)
def list_access_of_roles(request: ProjectKeyRequest, project: str) -> Access:
    """List what each role allows in a project: by itself, and by what was granted to it there.

    Besides, it needs `view_members`.
    """
    levels = role_levels(request.project)
    return Access(roles=[RoleAccess.of(request.project, role, levels) for role in roles_of(request.organization)])


@operations.get(
    "/projects/{slug:project}/access/people", Permission.VIEW_PROJECTS, within=access_at, returns=Listed[PersonAccess]
)
def list_access_of_people(request: ProjectKeyRequest, project: str, asked: Query[Paging]) -> Listed[PersonAccess]:
    """List the members who were granted something in a project by name.

    Besides, it needs `view_members`.
    """
    levels = role_levels(request.project)

    def draw(member: Any) -> PersonAccess:
        return PersonAccess.of(request.project, member, LEVELS[member.granted], levels)

    return page_of(_granted(request.project), asked, orders={"name": Order("sort_name")}, default="name", draw=draw)


@operations.post(
    "/projects/{slug:project}/access/people",
    Permission.MANAGE_PROJECTS,
    within=access_at,
    returns=PersonAccess,
    status=200,
)
def grant_project_to_person(request: ProjectKeyRequest, project: str, given: PersonGrantGiven) -> PersonAccess:
    """Grant a member something in a project, in place of what it was. Nobody gives what they do not hold there.

    Besides, it needs `view_members`.
    """
    member = actions.member_of(request.project, given.membership)
    actions.grant_person(project=request.project, membership=member, level=given.level, by=request.actor)
    return _person(request, member)


@operations.get(
    "/projects/{slug:project}/access/people/{uuid:membership}",
    Permission.VIEW_PROJECTS,
    within=access_at,
    returns=PersonAccess,
)
def show_access_of_person(request: ProjectKeyRequest, project: str, membership: UUID) -> PersonAccess:
    """Show what a member may do in a project, and why.

    Besides, it needs `view_members`.
    """
    return _person(request, _member(request, membership))


@operations.delete(
    "/projects/{slug:project}/access/people/{uuid:membership}", Permission.MANAGE_PROJECTS, within=access_at
)
def revoke_project_from_person(request: ProjectKeyRequest, project: str, membership: UUID) -> None:
    """Take from a member what was granted by name; what the role allows stays.

    Besides, it needs `view_members`.
    """
    actions.revoke_person(project=request.project, membership=_member(request, membership), by=request.actor)


@operations.post(
    "/projects/{slug:project}/access/roles",
    Permission.MANAGE_PROJECTS,
    within=access_at,
    returns=RoleAccess,
    status=200,
)
def grant_project_to_role(request: ProjectKeyRequest, project: str, given: RoleGrantGiven) -> RoleAccess:
    """Grant everybody with a role something in a project, in place of what it was.

    Besides, it needs `view_members`.
    """
    actions.grant_role(project=request.project, role=given.role, level=given.level, by=request.actor)
    return _role_access(request, given.role)


@operations.get(
    "/projects/{slug:project}/access/roles/{slug:role}",
    Permission.VIEW_PROJECTS,
    within=access_at,
    returns=RoleAccess,
)
def show_access_of_role(request: ProjectKeyRequest, project: str, role: str) -> RoleAccess:
    """Show what a role allows in a project.

    Besides, it needs `view_members`.
    """
    return _role_access(request, role)


@operations.delete("/projects/{slug:project}/access/roles/{slug:role}", Permission.MANAGE_PROJECTS, within=access_at)
def revoke_project_from_role(request: ProjectKeyRequest, project: str, role: str) -> None:
    """Take from a role what was granted to it; what people were granted by name stays.

    Besides, it needs `view_members`.
    """
    actions.revoke_role(project=request.project, role=_role(request, role).key, by=request.actor)


def _allowed(project: Project, role: Role, *levels: Level | None) -> frozenset[Permission]:
    """What `Project.permissions_of` gives to who has a role and was granted these levels."""
    granted = (level.permissions for level in levels if level)
    held = project.permissions_by_role(role.permissions).union(*granted)
    return held - project.organization.withheld if Permission.VIEW_PROJECTS in held else frozenset()


def _granted(project: Project) -> "QuerySet[Membership]":
    """The members who were granted something by name, with what (``granted``)."""
    grants = PersonGrant._default_manager.filter(content_object=project.pk)
    mine = grants.filter(user=OuterRef("user")).values("permission__codename")
    members = project.organization.memberships.current().filter(user__in=grants.values("user"))
    return members.annotate(granted=Subquery(mine[:1])).select_related("user", "custom_role")


def _person(request: ProjectKeyRequest, member: Membership) -> PersonAccess:
    level = person_level(request.project, member.user_id)
    return PersonAccess.of(request.project, member, level, role_levels(request.project))


def _role_access(request: ProjectKeyRequest, key: str) -> RoleAccess:
    return RoleAccess.of(request.project, _role(request, key), role_levels(request.project))


def _member(request: ProjectKeyRequest, pk: UUID) -> Membership:
    members = request.organization.memberships.current().select_related("user", "custom_role")
    return get_object_or_404(members, pk=pk)


def _role(request: ProjectKeyRequest, key: str) -> Role:
    try:
        return role_of(request.organization, key)
    except KeyError:
        raise Http404 from None
