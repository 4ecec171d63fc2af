"""What each suspension means stands in one table, and everything asks there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from organizations.roles import Permission
from organizations.suspension import TABLE, withholding
from tests.fixtures.processes import ROOT

APPS = ("accounts", "audit", "billing", "console", "infrastructure", "organizations", "outbox", "projects", "support")
FIELDS = {"suspended_for", "also_suspended_for"}
# The table, the constraints of the database, and the list that staff narrow by a reason.
MAY_COMPARE = {
    "organizations/suspension.py",
    "organizations/models/organization.py",
    "organizations/admin/filters.py",
}

# PRODUCT, *Suspended*, typed by hand: whether a payment lifts it, and what is told of it, in a team.
MEANING = {
    "": (False, ""),
    "unfunded": (True, "Nothing new can be created or started until a first payment is made."),
    "past_due": (True, "A payment is due. Nothing new can be created or started until it is made."),
    "staff": (
        False,
        (
            "Our staff has stopped it: nothing new can be created or started. Nobody can be invited, and the settings "
            "cannot be changed. Only our staff can lift it; ask them why."
        ),
    ),
}


def test_what_ends_it_and_what_is_told() -> None:
    assert {reason: (row.lifted_by_payment, row.said(is_personal=False)) for reason, row in TABLE.items()} == MEANING
    assert [reason for reason, row in TABLE.items() if row.only_staff_lift] == ["staff"]


def test_what_staff_stop_is_more_than_what_money_stops() -> None:
    """So what an organization is suspended for besides needs no second look."""
    assert all(row.withholds <= TABLE["staff"].withholds for row in TABLE.values())


def test_which_suspensions_withhold_a_permission() -> None:
    assert withholding(Permission.CREATE_PROJECTS) == ["unfunded", "past_due", "staff"]
    assert withholding(Permission.INVITE_MEMBERS) == ["staff"]
    assert withholding(Permission.PAY) == []


def comparisons(module: ast.Module) -> Iterator[int]:
    """The lines that compare, look up or filter by what an organization is suspended for."""
    for node in ast.walk(module):
        if isinstance(node, ast.Compare):
            asked: list[ast.expr] = [node.left, *node.comparators]
        elif isinstance(node, ast.Subscript):
            asked = [node.slice]
        elif isinstance(node, ast.keyword) and (node.arg or "").removesuffix("__in").rpartition("__")[2] in FIELDS:
            # What only hands it on compares nothing.
            value = node.value
            if isinstance(value, ast.Call) and ast.unparse(value.func) == "cast":
                value = value.args[-1]
            if not isinstance(value, ast.Attribute):
                yield node.lineno
            continue
        else:
            continue
        if any(isinstance(one, ast.Attribute) and one.attr in FIELDS for one in asked):
            yield node.lineno


def test_nothing_else_compares_reasons() -> None:
    found = []
    for path in (path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        if "migrations" in path.parts or name in MAY_COMPARE:
            continue
        text = path.read_text()
        if "suspended_for" in text:
            found += [f"{name}:{line}" for line in comparisons(ast.parse(text))]
    # They filter by what the table says.
    assert {place.partition(":")[0] for place in found} == {
        "billing/steps.py",
        "organizations/models/domain.py",
        "organizations/models/invitation.py",
    }


def test_no_page_compares_reasons() -> None:
    templates: list[Path] = sorted((ROOT / "templates").rglob("*.html"))
    assert [path.name for path in templates if "suspended_for" in path.read_text()] == []
