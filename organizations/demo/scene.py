"""What a demo consists of: people, and organizations with what is going on in each. One scene for each policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.text import slugify

from organizations.actors import Actor
from organizations.models import Organization

# Something that goes on in an organization, done by its founder.
type Situation = Callable[[Organization, Actor], None]


@dataclass(frozen=True, kw_only=True)
class Team:
    """An organization. ``members``: by name, the key of the role that each has; the founder has the policy's first."""

    name: str
    description: str
    founder: str
    members: Mapping[str, str] = field(default_factory=dict)
    situations: tuple[Situation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everybody and everything. ``people`` are named to whoever starts the demo, ``extras`` fill its pages."""

    people: tuple[str, ...]
    extras: tuple[str, ...] = ()
    teams: tuple[Team, ...]


def address_of(name: str) -> str:
    """The address of an invented person; nobody can have one in this domain (RFC 2606)."""
    return f"{slugify(name).replace('-', '.')}@example.com"
