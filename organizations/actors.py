"""Who acts in an organization, and what they may do there."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from audit import actors
from console.origin import Origin
from organizations.models import Membership, Organization, roles_of
from organizations.policies import Role
from organizations.roles import EVERYTHING, Permission


@dataclass(frozen=True, kw_only=True)
class Actor(actors.Actor):
    """An actor with, inside a context, the membership that the permissions come from."""

    membership: Membership | None = None

    @classmethod
    def member(cls, membership: Membership, origin: Origin = actors.NOWHERE) -> Self:
        """A user acting in one of their organizations."""
        return cls(
            kind=actors.ActorKind.USER,
            user=membership.user,
            membership=membership,
            origin=origin,
        )

    def now_as(self, membership: Membership) -> Self:
        """The same actor with the membership as it is now."""
        return replace(self, membership=membership)

    @property
    def organization_id(self) -> UUID | None:
        """The organization of the context."""
        return self.membership.organization_id if self.membership else None

    @property
    def is_trusted(self) -> bool:
        """Staff and the system: bound by what the data allows, not by a role."""
        return self.kind in {actors.ActorKind.STAFF, actors.ActorKind.SYSTEM}

    @property
    def permissions(self) -> frozenset[Permission]:
        """What may be done now, in this context."""
        if self.is_trusted:
            return EVERYTHING
        return self.membership.permissions if self.membership else frozenset()

    def can(self, permission: Permission, obj: Any = None) -> bool:
        """Whether the actor may do this, in the context or (once projects have grants) to this object."""
        return permission in self.permissions

    def covers(self, role: Role) -> bool:
        """Whether the actor's own role holds all of ``role``: nobody gives or takes what they do not hold."""
        return self.is_trusted or (self.membership is not None and self.membership.held_role.covers(role))

    def assignable_roles(self, organization: Organization) -> list[Role]:
        """The roles of an organization, built in and its own, that this actor may give to somebody else there."""
        return [role for role in roles_of(organization) if self.covers(role)]
