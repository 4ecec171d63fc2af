"""A real try of a storage engine, by its kind: within a deadline, to addresses that may be asked."""

import logging
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

from infrastructure.connecting.findings import UNTRIED, Finding, NotWorking
from infrastructure.connecting.postgresql import try_postgresql
from infrastructure.connecting.s3 import try_s3
from infrastructure.models.engine import Kind, Stage

__all__ = ["DEADLINE", "Finding", "try_engine"]

log = logging.getLogger(__name__)

# Seconds that a try may take, whatever the other side does (issue).
DEADLINE: Final = 5.0

TRIES: Final[Mapping[str, Callable[[Mapping[str, Any], str, float], None]]] = {
    Kind.POSTGRESQL: try_postgresql,
    Kind.S3: try_s3,
}


def try_engine(kind: str, config: Mapping[str, Any], secret: str, *, deadline_seconds: float = DEADLINE) -> Finding:
    """Connect for real with a configuration as `StorageEngine.config` has it, and say what came of it.

    Never raises, and never with a lock held: it looks names up, and waits. What goes wrong is in the `Finding`.
    """
    began = monotonic()
    stage, sentence = "", ""
    try:
        TRIES[kind](config, secret, began + deadline_seconds)
    except NotWorking as problem:
        stage, sentence = problem.stage.value, problem.sentence
    except Exception as error:  # noqa: BLE001 -- whoever typed the address may own what answers
        # Neither its text nor its traceback: both may hold what was typed.
        log.warning("A storage engine could not be tried (%s).", type(error).__name__)
        stage, sentence = Stage.NETWORK.value, UNTRIED
    return Finding(stage, sentence, int((monotonic() - began) * 1000))
