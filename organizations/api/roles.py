"""The roles that there are in the organization: built in, and its own."""

from typing import Self
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from console.api.schemas import Asked, Given
from console.refusal import Refused
from organizations import actions, policies
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import CustomRole, Organization, roles_of
from organizations.models.counting import people_with
from organizations.models.role import ROLE_NAME_LENGTH
from organizations.policies import Role
from organizations.roles import Permission

operations = Operations("Roles")

# A key of a built-in role, or the id of one of the organization's own.
KEY_LENGTH = 40


class RoleShown(Schema):
    """A named set of permissions."""

    key: str = Field(
        description="What other operations call it: the word for a built-in role, the id of one of the organization's.",
        examples=["admin"],
    )
    name: str = Field(examples=["Admin"])
    is_built_in: bool = Field(description="Whether it is there in every organization, and cannot be changed.")
    permissions: list[str] = Field(examples=[["view_members", "view_organization"]])

    @classmethod
    def of(cls, role: Role) -> Self:
        """A role as it is shown."""
        return cls(
            key=role.key,
            name=str(role.label),
            is_built_in=policies.current().knows(role),
            permissions=sorted(role.permissions),
        )


class RoleCounted(RoleShown):
    """A role, and how many have it."""

    members: int = Field(description="How many members have it; 1001 says that there are more than 1000.")


class Roles(Schema):
    """All roles: there are never many."""

    items: list[RoleCounted]


class RoleGiven(Given):
    """A role of the organization's own."""

    name: str = Field(min_length=1, max_length=ROLE_NAME_LENGTH, examples=["Support"])
    permissions: list[str] = Field(
        max_length=len(Permission),
        description="At most what the key may do. What these need is added: every role sees the organization.",
        examples=[["view_members", "raise_tickets"]],
    )


class RoleChange(Given):
    """What to change; what is left out stays."""

    name: str = Field(default_factory=str, min_length=1, max_length=ROLE_NAME_LENGTH)
    permissions: list[str] = Field(default_factory=list, max_length=len(Permission))


class RoleDeletion(Asked):
    """Where its people go."""

    replacement: str = Field(
        "",
        max_length=KEY_LENGTH,
        description="The key of the role that whoever has this one gets, or is invited with. It may be left out where "
        "nobody is; it is never the first built-in role.",
        examples=["member"],
    )


@operations.get("/roles", Permission.VIEW_MEMBERS, returns=Roles)
def list_roles(request: KeyRequest) -> Roles:
    """List the roles, built in and the organization's own."""
    people = people_with(request.organization)
    return Roles(
        items=[
            RoleCounted(**RoleShown.of(role).model_dump(), members=people.get(role.key, 0))
            for role in roles_of(request.organization)
        ]
    )


@operations.post("/roles", Permission.MANAGE_ROLES, returns=RoleShown)
def make_role(request: KeyRequest, given: RoleGiven, response: HttpResponse) -> RoleShown:
    """Make a role of the organization's own."""
    role = actions.create_role(
        organization=request.organization, name=given.name, permissions=given.permissions, by=request.actor
    )
    response.headers["Location"] = f"/api/v1/roles/{role.pk}"
    return RoleShown.of(role.as_role)


@operations.get("/roles/{uuid:pk}", Permission.VIEW_MEMBERS, returns=RoleShown)
def show_role(request: KeyRequest, pk: UUID) -> RoleShown:
    """Show a role of the organization's own."""
    return RoleShown.of(_role(request, pk).as_role)


@operations.patch("/roles/{uuid:pk}", Permission.MANAGE_ROLES, returns=RoleShown)
def change_role(request: KeyRequest, pk: UUID, change: RoleChange) -> RoleShown:
    """Change what a role is called or may do; whoever has it may do that, and no more, from now on."""
    role = _role(request, pk)
    changed = change.model_dump(exclude_unset=True)
    edited = actions.edit_role(
        role=role,
        name=changed.get("name", role.name),
        permissions=changed.get("permissions", role.permissions),
        by=request.actor,
    )
    return RoleShown.of(edited.as_role)


@operations.delete("/roles/{uuid:pk}", Permission.MANAGE_ROLES)
def delete_role(request: KeyRequest, pk: UUID, asked: Query[RoleDeletion]) -> None:
    """Delete a role; whoever has it gets another one."""
    actions.delete_role(role=_role(request, pk), replacement=asked.replacement, by=request.actor)


def role_called(organization: Organization, key: str) -> Role:
    """The role that a filter names; raises Refused where there is none, which would otherwise narrow nothing."""
    for role in roles_of(organization):
        if role.key == key:
            return role
    raise Refused(_("There is no such role."), code="role", field="role")


def _role(request: KeyRequest, pk: UUID) -> CustomRole:
    return get_object_or_404(request.organization.custom_roles, pk=pk)
