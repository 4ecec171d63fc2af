"""Actions on storage engines, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from typing import Any

from infrastructure.actions import engine_checks, engine_places, engines, project_engines
from infrastructure.connecting import Finding
from infrastructure.models import StorageEngine
from tests.cast import Cast
from tests.infrastructure.making import link, make_engine
from tests.projects.making import make_project

CONFIG: dict[str, Any] = {"host": "93.184.215.14", "port": 5432, "database": "data", "user": "me", "tls": "require"}


def added(cast: Cast) -> StorageEngine:
    """Acme's first."""
    by = cast.adam.actor(cast.acme)
    return engines.add_engine(
        organization=cast.acme, kind="postgresql", name="Main", config=CONFIG, secret="secret", by=by
    )


def linked(cast: Cast) -> object:
    """A project of Acme's keeps its data in an engine."""
    by = cast.adam.actor(cast.acme)
    return project_engines.link_engine(project=make_project(cast.acme), engine=make_engine(cast.acme), by=by)


def unlinked(cast: Cast) -> object:
    """And does not any more."""
    project = make_project(cast.acme)
    link(project, make_engine(cast.acme))
    return project_engines.unlink_engine(project=project, by=cast.adam.actor(cast.acme))


ENGINES: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "add_engine": ("engine.added", added),
    "change_engine": (
        "engine.changed",
        lambda c: engines.change_engine(engine=added(c), name="New", config=CONFIG, by=c.adam.actor(c.acme)),
    ),
    "add_engine_somewhere": (
        "engine.added",
        lambda c: engine_places.add_engine_somewhere(
            organization=c.acme, kind="postgresql", name="Main", config=CONFIG, secret="secret", by=c.adam.actor(c.acme)
        ),
    ),
    "move_engine": (
        "engine.changed",
        lambda c: engine_places.move_engine(
            engine=added(c), name="Main", config=CONFIG | {"port": 5433}, secret="new", by=c.adam.actor(c.acme)
        ),
    ),
    "set_default_engine": (
        "engine.default_set",
        lambda c: engines.set_default_engine(engine=make_engine(c.acme), by=c.adam.actor(c.acme)),
    ),
    "remove_engine": (
        "engine.removed",
        lambda c: engines.remove_engine(engine=make_engine(c.acme), by=c.adam.actor(c.acme)),
    ),
    "link_engine": ("engine.linked", linked),
    "unlink_engine": ("engine.unlinked", unlinked),
    "note_check": (
        "engine.checked",
        lambda c: engine_checks.note_check(
            engine=make_engine(c.acme), finding=Finding("", "", 1), by=c.adam.actor(c.acme)
        ),
    ),
    "note_try": (
        "engine.tested",
        lambda c: engine_checks.note_try(
            organization=c.acme, kind="postgresql", config=CONFIG, by=c.adam.actor(c.acme)
        ),
    ),
}
