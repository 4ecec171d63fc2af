"""Who acts in an organization, and what they may do there."""

from dataclasses import dataclass, replace
from typing import Protocol, Self
from uuid import UUID

from audit import actors
from console.origin import Origin
from organizations.models import ApiKey, Membership, Organization, roles_of
from organizations.policies import Role
from organizations.roles import EVERYTHING, FOUNDERS_ONLY, Permission


class Guarded(Protocol):
    """Something with permissions of its own: a project, in which grants count beside the role."""

    def permissions_of(self, actor: "Actor") -> frozenset[Permission]:
        """What the actor may do with it."""


@dataclass(frozen=True, kw_only=True)
class Actor(actors.Actor):
    """An actor with, inside a context, the membership that the permissions come from, and the key that narrows them.

    A service key is nobody's: there the key alone says what may be done.
    """

    membership: Membership | None = None
    key: ApiKey | None = None

    @classmethod
    def member(cls, membership: Membership, origin: Origin = actors.NOWHERE) -> Self:
        """A user acting in one of their organizations."""
        return cls(
            kind=actors.ActorKind.USER,
            user=membership.user,
            membership=membership,
            origin=origin,
        )

    @classmethod
    def program(cls, key: ApiKey, origin: Origin = actors.NOWHERE) -> Self:
        """A program acting with a key: for its holder, or for the organization itself."""
        return cls(
            kind=actors.ActorKind.USER if key.membership else actors.ActorKind.KEY,
            user=key.membership.user if key.membership else None,
            membership=key.membership,
            key=key,
            origin=origin,
        )

    def now_as(self, membership: Membership) -> Self:
        """The same actor with the membership as it is now."""
        if self.key:
            self.key.membership = membership
        return replace(self, membership=membership)

    @property
    def key_id(self) -> UUID | None:
        """The key that it acts with."""
        return self.key.pk if self.key else None

    @property
    def key_label(self) -> str:
        """What that key is called."""
        return str(self.key) if self.key else ""

    @property
    def label(self) -> str:
        """The name that an event shows: the holder's, or the key's own where it is nobody's."""
        return str(self.key) if self.key and not self.user else super().label

    @property
    def organization_id(self) -> UUID | None:
        """The organization of the context."""
        if self.key:
            return self.key.organization_id
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
        if self.key:
            return self.key.may
        return self.membership.permissions if self.membership else frozenset()

    def can(self, permission: Permission, obj: Guarded | None = None) -> bool:
        """Whether the actor may do this, in the context or to this object."""
        return permission in (self.permissions if obj is None else obj.permissions_of(self))

    def covers(self, role: Role) -> bool:
        """Whether the actor holds all of ``role``: nobody gives or takes what they do not hold.

        What a suspension withholds for a time counts as held; what a key's permissions leave out does not. No key
        covers the founder's role: whoever has that may give the organization away, so it is given and taken only by
        somebody who has just proven who they are.
        """
        return not self.missing_for(role)

    def holds(self, permissions: frozenset[Permission]) -> bool:
        """Whether the actor holds all of these, counted as `covers` counts them."""
        return self.is_trusted or self._held >= permissions

    def missing_for(self, role: Role) -> frozenset[Permission]:
        """What the actor would have to hold besides, to cover ``role``."""
        return frozenset() if self.is_trusted else role.permissions - self._held

    @property
    def _held(self) -> frozenset[Permission]:
        held = self.membership.held_role.permissions if self.membership else frozenset()
        if self.key is None:
            return held
        if self.key.is_limited:
            held = held & self.key.permissions if self.membership else self.key.permissions
        return held - FOUNDERS_ONLY

    def assignable_roles(self, organization: Organization) -> list[Role]:
        """The roles of an organization, built in and its own, that this actor may give to somebody else there."""
        return [role for role in roles_of(organization) if self.covers(role)]
