"""What the demo has of projects: who made them, what runs there, and what became of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from projects.models.project import State as ProjectState
from projects.models.project import Visibility
from projects.models.service import State


@dataclass(frozen=True, kw_only=True)
class DemoService:
    """A service of ``kind`` and ``size``, keys of the catalogue; ``days``: how long ago it was asked for.

    ``state``: where it stands now; ``progress``, ``note``: how far a backend is with it, and what it said last;
    ``reason``: why it failed.
    """

    name: str
    kind: str
    size: str
    days: int
    state: State = State.RUNNING
    parameters: Mapping[str, Any] = field(default_factory=dict)
    progress: int = 0
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoProject:
    """A project that ``by``, one of the demo's people, made in ``organization`` (a slug) so many ``days`` ago.

    In ``personal``, it is their personal account. Where the organization is suspended, the system acts for them.
    ``people``, ``roles``: the levels that were granted, by name and by the key of a role.
    """

    organization: str
    name: str
    by: str
    days: int
    description: str = ""
    region: str = "eu-west"
    visibility: Visibility = Visibility.ORGANIZATION
    state: ProjectState = ProjectState.ACTIVE
    tags: tuple[str, ...] = ()
    services: tuple[DemoService, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
