"""Who can do what in a project, and why: what the page says of roles and of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import full_name
from console.pages import Order
from organizations.models import Membership, roles_of
from organizations.models.counting import people_with
from organizations.policies import Role
from organizations.roles import Permission
from projects.levels import Level
from projects.models import PersonGrant, Project
from projects.models.grant import LEVELS, role_levels

ORDERS = {"name": Order("sort_name")}
COLUMNS = (
    "id", "user_id", "role", "custom_role_id", "sort_name",
    "user__first_name", "user__last_name", "user__email", "user__picture",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How a project can be reached beside grants by name: its organization's roles, and what was granted to them."""

    project: Project
    roles: Mapping[str, Role]
    levels: Mapping[str, Level]

    @classmethod
    def into(cls, project: Project) -> Self:
        """Those into a project: two queries."""
        roles = {role.key: role for role in roles_of(project.organization)}
        return cls(project=project, roles=roles, levels=role_levels(project))

    def by_role(self, key: str) -> frozenset[Permission]:
        """What a role alone allows in the project."""
        return self.project.permissions_by_role(self.roles[key].permissions)

    def held(self, key: str, by_name: Level | None) -> frozenset[Permission]:
        """All that somebody with a role, who was granted ``by_name``, may do; empty for who cannot see it."""
        granted = (level.permissions for level in (self.levels.get(key), by_name) if level)
        held = self.by_role(key).union(*granted)
        return held if Permission.VIEW_PROJECTS in held else frozenset()

    def why(self, key: str, by_name: Level | None) -> list[str]:
        """The reasons, each a line; none for who cannot see it."""
        names = {"role": str(self.roles[key].label)}
        reasons = []
        if by_role := self.by_role(key):
            reasons.append(_("%(level)s, by the role %(role)s") % {**names, "level": words_of(by_role)})
        if level := self.levels.get(key):
            reasons.append(_("%(level)s, granted to the role %(role)s") % {**names, "level": level.label})
        if by_name:
            reasons.append(_("%(level)s, granted by name") % {"level": by_name.label})
        return reasons

    def lost(self, membership: Membership, before: Level | None, after: Level | None) -> list[Permission]:
        """What a member may no longer do in the project with ``after`` in place of ``before``."""
        key = membership.role_key
        gone = self.held(key, before) - self.held(key, after)
        return [permission for permission in Permission if permission in gone]


def words_of(held: frozenset[Permission]) -> str:
    """What somebody may do in a project, in a word where a level says just that."""
    for level in Level:
        if held == level.permissions:
            return str(level.label)
    return ", ".join(str(permission.label) for permission in Permission if permission in held)


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A role through which the project can be reached: by what it allows anyway, or since it was granted to it."""

    role: Role
    people: int
    by_role: str
    level: Level | None
    is_open: bool


def role_rows(ways: Ways, grantable: frozenset[Permission]) -> list[RoleRow]:
    """The roles with access; ``grantable``: what the reader may grant, empty for who may not grant. Two queries."""
    people = people_with(ways.project.organization)
    return [
        RoleRow(
            role=role,
            people=people.get(key, 0),
            by_role=words_of(ways.by_role(key)),
            level=ways.levels.get(key),
            is_open=is_reached(ways.levels.get(key), grantable),
        )
        for key, role in ways.roles.items()
        if Permission.VIEW_PROJECTS in ways.by_role(key) or key in ways.levels
    ]


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A member, what they may do in the project, and why."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    picture: str | None
    level: Level | None
    held: str
    why: list[str]
    granted_at: Any
    is_open: bool


def people(project: Project, term: str) -> Any:
    """The members of a list, as values: those with a grant by name, or all that a search finds."""
    members = project.organization.memberships.current()
    grants = PersonGrant._default_manager.filter(content_object=project.pk)
    found = members.matching(term) if term else members.filter(user__in=grants.values("user"))
    mine = grants.filter(user=OuterRef("user"))
    return found.values(
        *COLUMNS,
        codename=Subquery(mine.values("permission__codename")),
        granted_at=Subquery(mine.values("granted_at")),
    )


def person_row(values: dict[str, Any], ways: Ways, grantable: frozenset[Permission]) -> PersonRow:
    """A member of such a list; ``grantable``: what the reader may grant, empty for who may not grant."""
    key = str(values["custom_role_id"] or values["role"])
    level = LEVELS[values["codename"]] if values["codename"] else None
    return PersonRow(
        id=values["id"],
        user_id=values["user_id"],
        name=full_name(values["user__first_name"], values["user__last_name"]) or values["user__email"],
        email=values["user__email"],
        picture=values["user__picture"],
        level=level,
        held=words_of(ways.held(key, level)),
        why=ways.why(key, level),
        granted_at=values["granted_at"],
        is_open=is_reached(level, grantable),
    )


def is_reached(level: Level | None, grantable: frozenset[Permission]) -> bool:
    """Whether who may grant this much may change a grant: nobody takes what they do not hold."""
    return bool(grantable) and (level is None or level.permissions <= grantable)
