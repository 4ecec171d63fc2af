"""What every answer below /api/ has in common, whoever gives it (issue 5, Deliver 3; RFC 9457)."""

import ast
import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from console.api.catalogue import CATALOGUE, REFUSED
from console.api.urls import api
from infrastructure.api.server_authentication import CLOSED_TO, WITHHELD
from organizations.models import Organization
from tests.api.keying import Program, problem, program_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent


def test_an_address_of_nothing_is_a_404_problem_and_never_a_page(client: Client) -> None:
    paths = ["/api/", "/api/v1", "/api/v1/", "/api/v1/organization/", "/api/v1/nothing", "/api/v2/x", "/api/%00"]
    for path in paths:
        for method in ("GET", "POST", "TRACE"):
            answer = client.generic(method, path)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_method_that_an_address_does_not_take_is_a_405_that_says_which_it_takes(client: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "TRACE", "NOSUCH"):
        answer = client.generic(method, "/api/v1/organization")
        assert problem(answer) == (405, "method")
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"
    asked = client.options("/api/v1/organization")
    assert (asked.status_code, asked.content, asked.headers["Allow"]) == (204, b"", "GET, HEAD, OPTIONS, PATCH")
    assert problem(client.post("/api/v1/docs")) == (405, "method")


def test_head_is_get_without_the_body(olivias: Program) -> None:
    shown, head = olivias.get("/organization"), olivias.send("HEAD", "/organization")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == shown.headers["ETag"]
    assert head.headers["Content-Length"] == str(len(shown.content))


def test_a_problem_says_what_and_where_and_what_to_name(olivias: Program) -> None:
    answer = olivias.send("PATCH", "/organization", {"name": 7, "status": "active"})
    told = answer.json()
    assert answer.headers["X-Request-ID"] == told.pop("request_id")
    assert told == {
        "type": "/api/v1/docs#problem-invalid",
        "title": "What was sent is not right",
        "status": 422,
        "detail": "Some of what was sent is not right: see the fields.",
        "code": "invalid",
        "errors": [
            {"field": "name", "code": "string_type", "detail": "Send text."},
            {"field": "status", "code": "extra_forbidden", "detail": "There is no field of that name here."},
        ],
    }


def test_a_problem_speaks_the_readers_language(olivias: Program) -> None:
    answer = olivias.get("/nothing", {"Accept-Language": "fr"})
    assert answer.headers["Content-Language"] == "fr"


def test_what_goes_wrong_here_is_a_problem_without_details(
    olivias: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise LookupError("the secret of the kitchen")

    monkeypatch.setattr("organizations.api.organization.edit_organization", fail)
    with pytest.raises(LookupError):
        olivias.send("PATCH", "/organization", {"name": "Acme"})
    olivias.client.raise_request_exception = False
    for headers in ({}, {"Idempotency-Key": "again"}):
        answer = olivias.send("PATCH", "/organization", {"name": "Acme"}, headers)
        assert problem(answer) == (500, "internal")
        assert "kitchen" not in answer.content.decode()
    assert "kitchen" in caplog.text


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_a_503_that_says_when_to_come_again(
    olivias: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error("gone")

    monkeypatch.setattr(type(Organization.objects), "lock", fail)
    with caplog.at_level(logging.CRITICAL):
        answer = olivias.send("PATCH", "/organization", {"name": "Acme"})
    assert problem(answer) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_no_operation_answers_without_a_key_or_without_the_permission(cast: Cast, client: Client) -> None:
    nothing = program_of(cast.olivia, cast.acme, permissions=set())
    operations = list(all_operations())
    assert len(operations) > 3
    for method, path, operation in operations:
        # What backends sign and servers send takes no key (tests/access/api_table.py has a list of it).
        is_signed = "security" in operation.openapi_extra
        assert operation.run.permissions or is_signed, f"{path} is not declared with Operations"
        address = path.replace("{", "").replace("}", "")
        for shown in ({}, {"Authorization": nothing.basic}):
            answer = client.generic(method, f"/api/v1{address}", b"", "application/json", headers=shown)
            # An id that is none is a 404 before or after; what is not there tells nobody anything.
            assert answer.status_code in ({403, 404} if shown and not is_signed else {401, 404}), f"{method} {path}"
            if "{" not in path:
                assert answer.status_code == (403 if shown and not is_signed else 401), f"{method} {path}"


def test_whatever_may_be_changed_can_be_looked_at_and_each_operation_has_a_name_of_its_own() -> None:
    operations = list(all_operations())
    shown = {path for method, path, _operation in operations if method == "GET"}
    assert {path for method, path, _operation in operations if method in {"PATCH", "DELETE"}} <= shown
    names = [operation.operation_id for method, _path, operation in operations if method != "HEAD"]
    assert len(set(names)) == len(names)
    assert all(operation.description for _method, _path, operation in operations)


def test_every_code_that_the_api_itself_gives_is_explained() -> None:
    """Not those of actions, of which there are many: their type leads to one place."""
    given = set()
    for folder in ("console/api", "organizations/api", "projects/api", "infrastructure/api"):
        for file in (ROOT / folder).rglob("*.py"):
            given |= set(_codes_in(ast.parse(file.read_text())))
    # What servers are told of their tokens and secrets comes from actions.
    given |= set(CLOSED_TO.values()) | WITHHELD
    assert given - set(CATALOGUE) == set()
    assert set(CATALOGUE) - given - {REFUSED} == set()


def all_operations() -> Any:
    """Each operation, as method, path below /api/v1, and what ninja knows of it."""
    for router in api._get_bound_routers():  # noqa: SLF001 -- ninja has no other list
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, path, operation


def _codes_in(tree: ast.AST) -> Any:
    """The second argument of each Problem(…), the first of each Denied(…)."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "")
        place = {"Problem": 1, "cls": 1, "Denied": 0, "_denied": 0}.get(name)
        if place is not None and len(node.args) > place and isinstance(code := node.args[place], ast.Constant):
            yield code.value
