"""The names of events that the code writes, found in its text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "audit", "billing", "infrastructure", "organizations", "outbox", "projects", "support")
WRITERS = {"record", "audited", "record_denial", "record_late", "end_membership"}
NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded_in(path: Path) -> Iterator[str]:
    """The names that a module hands to what writes events; of one that it puts together, what it begins with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS:
            for argument in node.args[:1]:
                for part in ast.walk(argument):
                    if isinstance(part, ast.Constant) and "." in str(part.value):
                        yield str(part.value)


def texts_in(path: Path) -> Iterator[str]:
    """Every text of a module that has the form of a name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            yield node.value


def modules() -> list[Path]:
    """The modules of all apps that may write an event."""
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts and "lines" not in path.parts]


def every_name() -> set[str]:
    """Every name that is written: what is recorded, and what is handed on with the noun of something recorded."""
    recorded = {name for path in modules() for name in recorded_in(path)}
    nouns = {name.partition(".")[0] for name in recorded}
    handed_on = {text for path in modules() for text in texts_in(path) if text.partition(".")[0] in nouns}
    return {name for name in recorded | handed_on if NAME.fullmatch(name)}
