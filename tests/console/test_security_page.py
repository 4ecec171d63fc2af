"""docs/security.md: every requirement of ASVS 5.0, chapters V6 and V7, levels 1 and 2, with tests that are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"

# Typed from the standard's version 5.0.0.
LEVELS_1_AND_2 = [
    "6.1.1", "6.1.2", "6.1.3",
    "6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7", "6.2.8", "6.2.9", "6.2.10", "6.2.11", "6.2.12",
    "6.3.1", "6.3.2", "6.3.3", "6.3.4",
    "6.4.1", "6.4.2", "6.4.3", "6.4.4",
    "6.5.1", "6.5.2", "6.5.3", "6.5.4", "6.5.5",
    "6.6.1", "6.6.2", "6.6.3",
    "6.8.1", "6.8.2", "6.8.3", "6.8.4",
    "7.1.1", "7.1.2", "7.1.3",
    "7.2.1", "7.2.2", "7.2.3", "7.2.4",
    "7.3.1", "7.3.2",
    "7.4.1", "7.4.2", "7.4.3", "7.4.4", "7.4.5",
    "7.5.1", "7.5.2",
    "7.6.1", "7.6.2",
]  # fmt: skip
VERDICTS = {"met", "not applicable"}

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows() -> dict[str, tuple[str, str]]:
    """The verdict and the tests of each requirement in the page's tables."""
    return {row[0]: (row[3].strip(), row[4]) for row in ROW.findall(PAGE.read_text())}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_requirement_has_a_line() -> None:
    assert list(rows()) == LEVELS_1_AND_2


@pytest.mark.parametrize("requirement", LEVELS_1_AND_2)
def test_a_line_has_a_verdict_and_what_is_met_names_tests_that_are_there(requirement: str) -> None:
    verdict, shown_by = rows()[requirement]
    assert verdict in VERDICTS
    tests = TEST.findall(shown_by)
    assert tests or verdict == "not applicable"
    for path, name in tests:
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), f"{path}::{name}"
