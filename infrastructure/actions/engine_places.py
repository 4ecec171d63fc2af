"""Adding and changing an engine after its place was looked up: what pages and programs call (ATTACKS 32).

The look-up comes first, without a lock; each connection looks again.
"""

from collections.abc import Mapping
from typing import Any

from django.views.decorators.debug import sensitive_variables

from console.versions import Marks
from console.waiting import waiting_for_strangers
from infrastructure.actions.engines import add_engine, change_engine
from infrastructure.connecting.configs import PLACE, check_place, clean_config
from infrastructure.models import StorageEngine
from infrastructure.models.engine import Kind
from organizations.actors import Actor
from organizations.models import Organization


@sensitive_variables("secret")
def add_engine_somewhere(
    *, organization: Organization, kind: str, name: str, config: Mapping[str, Any], secret: str, by: Actor
) -> StorageEngine:
    """Add an engine whose name leads to somebody now. Raises Refused as `check_place` and `add_engine` do, and Busy."""
    if kind in Kind.values:
        with waiting_for_strangers():
            check_place(kind, clean_config(kind, config))
    return add_engine(organization=organization, kind=kind, name=name, config=config, secret=secret, by=by)


@sensitive_variables("secret")
def move_engine(
    *, engine: StorageEngine, name: str, config: Mapping[str, Any], secret: str, seen: Marks | None = None, by: Actor
) -> StorageEngine:
    """Change an engine; where it moves, its new name must lead to somebody now. Raises Refused, and Busy.

    One that stays may be changed while nobody knows its name: that may be what is wrong with it.
    """
    wanted = clean_config(engine.kind, config)
    if any(wanted.get(key) != engine.config.get(key) for key in (PLACE[Kind(engine.kind)], "tls")):
        with waiting_for_strangers():
            check_place(engine.kind, wanted)
    return change_engine(engine=engine, name=name, config=config, secret=secret, seen=seen, by=by)
