"""What the demo has of infrastructure: who set it up, how old it is, and how it fares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DemoCertificate:
    """A certificate for ``names`` that was issued ``days`` ago and ends in so many days."""

    name: str
    names: tuple[str, ...]
    days: int
    ends_in: int


@dataclass(frozen=True, kw_only=True)
class DemoEngine:
    """An engine that was added ``days`` ago; an organization's first is its default.

    ``fails``: (stage, sentence) of what the last check found, or nothing.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    days: int
    fails: tuple[str, str] | None = None
    project: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoServer:
    """A server that was connected ``days`` ago; ``silent_hours``: for how long nothing has been heard of it."""

    name: str
    url: str
    version: str
    days: int
    by: str
    silent_hours: int = 0


@dataclass(frozen=True, kw_only=True)
class DemoInfrastructure:
    """What an organization (a slug) has; ``by``, one of the demo's people, added the certificates and the engines.

    ``waits``: who made a connection token for a server that has not come yet, or nobody.
    """

    organization: str
    by: str
    certificates: tuple[DemoCertificate, ...] = ()
    engines: tuple[DemoEngine, ...] = ()
    servers: tuple[DemoServer, ...] = ()
    waits: str = ""
