"""Who acts, and from where. Actions take an actor, never the request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from console.origin import Origin

# Where the system acts from.
NOWHERE = Origin(address="", device="", request_id="")


class ActorKind(StrEnum):
    """What sort of being acts (PRODUCT: *actor*)."""

    USER = "user"
    KEY = "key"
    STAFF = "staff"
    VISITOR = "visitor"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody or something that acts: a signed-in user, an API key of nobody, staff in the admin, or the system."""

    kind: ActorKind
    user: Any = None
    origin: Origin = NOWHERE

    @property
    def user_id(self) -> UUID | None:
        """The user's id; None for the system, and for a key that is nobody's."""
        return self.user.pk if self.user is not None else None

    @property
    def key_id(self) -> UUID | None:
        """The API key that it acts with; None for who acts by hand."""
        return None

    @property
    def key_label(self) -> str:
        """What that key is called."""
        return ""

    @property
    def organization_id(self) -> UUID | None:
        """The organization that the actor acts in, where there is one."""
        return None

    @property
    def label(self) -> str:
        """The name that an event shows; it lies beside the event and can be erased."""
        return str(self.user) if self.user is not None else ""

    @classmethod
    def system(cls) -> Self:
        """The system itself: periodic work, migrations, commands."""
        return cls(kind=ActorKind.SYSTEM)

    @classmethod
    def visitor(cls, origin: Origin) -> Self:
        """Somebody who is not signed in."""
        return cls(kind=ActorKind.VISITOR, origin=origin)

    @classmethod
    def staff(cls, user: Any, origin: Origin = NOWHERE) -> Self:
        """A member of the company's staff, in the admin."""
        return cls(kind=ActorKind.STAFF, user=user, origin=origin)
