"""Bodies and arguments that no client should send: a 4xx in the one form, never a 500 (issue 5, bad input 3)."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from console.api import fields
from console.api.parsing import StrictParser
from tests.api.keying import Program, problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# Types of pydantic's that nothing in JSON or in an address can bring about, or that no schema of ours has.
NEVER = {
    "no_such_attribute", "json_invalid", "json_type", "needs_python_object", "recursion_loop",
    "default_factory_not_called", "missing_argument", "missing_keyword_only_argument",
    "missing_positional_only_argument", "multiple_argument_values", "unexpected_keyword_argument",
    "unexpected_positional_argument", "frozen_field", "frozen_instance", "invalid_key", "get_attribute_error",
    "dataclass_exact_type", "dataclass_type", "bytes_type", "bytes_too_short", "bytes_too_long",
    "bytes_invalid_encoding", "value_error", "assertion_error", "is_instance_of", "is_subclass_of", "callable_type",
    "arguments_type", "complex_type", "complex_str_parsing", "url_type", "url_parsing", "url_syntax_violation",
    "url_too_long", "url_scheme", "time_type", "time_parsing", "time_delta_type", "time_delta_parsing",
    "iteration_error", "missing_sentinel_error", "counter_type", "deque_type", "ellipsis_error", "fraction_parsing",
    "fraction_type", "frozen_dict_type", "named_tuple_type", "ordered_dict_type", "recursion_depth_exceeded",
}  # fmt: skip


def patch(
    program: Program, body: bytes, content_type: str = "application/json", environ: dict[str, Any] | None = None
) -> Any:
    """Send bytes as they are."""
    headers = {"Authorization": program.basic}
    extra = environ or {}
    return program.client.generic("PATCH", "/api/v1/organization", body, content_type, headers=headers, **extra)


MALFORMED = [
    b"{",
    b"\xff\xfe{\x00}\x00",
    '{"name": "Acmé"}'.encode("latin-1"),
    b'\xef\xbb\xbf{"name": "Acme"}',
    b'{"name": NaN}',
    b'{"name": -Infinity}',
    b'{"name": "Acme", "name": "Other"}',
    b'{"description": {"a": 1, "a": 2}}',
    b"[" * 100_000,
    b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"name":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
    b'{"name": 1' + b"0" * 5_000 + b"}",
    b'{"name": "a"} {}',
    b"{'name': 'a'}",
]


def test_what_is_not_well_formed_is_refused(cast: Cast, olivias: Program) -> None:
    for body in MALFORMED:
        assert problem(patch(olivias, body)) == (400, "bad-json"), body[:80]
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme"


MISFITS = [
    ('{"name": "a\\u0000b"}', "name", "text"),
    ('{"name": "\\ud800"}', "name", "text"),
    ('{"na\\u0000me": "b"}', "", "text"),
    ('{"description": 1' + "0" * 400 + "}", "description", "number"),
    ('{"name": 1e999}', "name", "number"),
    ('{"name": 1}', "name", "string_type"),
    ('{"name": true}', "name", "string_type"),
    ('{"name": null}', "name", "string_type"),
    ('{"name": ["a"]}', "name", "string_type"),
    ('{"name": "' + "a" * 100_000 + '"}', "name", "string_too_long"),
    ('{"id": "b", "name": "a"}', "id", "extra_forbidden"),
    ('{"is_staff": true}', "is_staff", "extra_forbidden"),
    ('{"__class__": {}}', "__class__", "extra_forbidden"),
    ("[]", "", "model_type"),
    ('"text"', "", "model_type"),
    ("null", "", "model_type"),
    ("7", "", "model_type"),
    ("", "", "missing"),
]


def test_what_does_not_fit_is_told_field_by_field(olivias: Program) -> None:
    for body, field, code in MISFITS:
        answer = patch(olivias, body.encode())
        assert problem(answer) == (422, "invalid"), body[:80]
        (error,) = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, code), body[:80]
        assert "pydantic" not in answer.content.decode()
        assert len(answer.content) < 1_000


def test_what_does_not_say_that_it_is_json_is_not_read(olivias: Program) -> None:
    for content_type in (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "a/json",
    ):
        assert problem(patch(olivias, b'{"name": "Acme"}', content_type)) == (415, "not-json")


def test_json_says_so_in_any_case_and_with_a_charset(olivias: Program) -> None:
    assert patch(olivias, b'{"name": "Acme"}', "application/JSON; charset=utf-8").status_code == 200


class Unread(BytesIO):
    """A body that nobody may read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("It was read.")


def test_what_is_too_long_is_not_even_read(olivias: Program) -> None:
    answer = patch(olivias, b"{}", environ={"CONTENT_LENGTH": str(50 * 1024 * 1024), "wsgi.input": Unread()})
    assert problem(answer) == (413, "too-large")
    just = b'{"name": "' + b"a" * (1024 * 1024 - 12) + b'"}'
    assert problem(patch(olivias, just)) == (422, "invalid")
    assert problem(patch(olivias, just + b" ")) == (413, "too-large")


def test_what_comes_in_chunks_is_asked_for_its_length(olivias: Program) -> None:
    answer = patch(olivias, b"", environ={"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Unread()})
    assert problem(answer) == (411, "no-length")


def test_what_ends_too_soon_is_a_400(olivias: Program) -> None:
    for body in (b'{"name"', b""):
        answer = patch(olivias, b"{}", environ={"CONTENT_LENGTH": "40", "wsgi.input": BytesIO(body)})
        assert problem(answer)[0] in {400, 422}


def test_an_argument_that_an_operation_does_not_take_is_refused(olivias: Program) -> None:
    for query in ("?a=1", "?name=Acme", "?limit=5", "?%00=1", "?a=%00", "?=", "?a&a"):
        answer = olivias.client.get(f"/api/v1/organization{query}", headers={"Authorization": olivias.basic})
        assert problem(answer) == (422, "invalid"), query


def test_a_body_where_none_is_taken(olivias: Program) -> None:
    """A GET leaves it unread, as servers do; what changes something refuses it, but for an empty object."""
    assert olivias.send("GET", "/organization", {"name": "x"}).status_code == 200
    assert problem(olivias.send("DELETE", "/tokens/current", {"name": "x"})) == (422, "invalid")
    assert problem(olivias.send("DELETE", "/tokens/current", {})) == (404, "not-found")


def test_every_type_of_error_has_a_sentence_of_ours() -> None:
    lacking = fields.PYDANTICS - set(fields.SENTENCES) - NEVER
    assert lacking == set()


def test_a_sentence_takes_what_pydantic_says_of_the_error() -> None:
    error: dict[str, Any] = {"type": "less_than_equal", "loc": ("query", "limit"), "msg": "x", "ctx": {"le": 100}}
    assert (fields.field_of(error["loc"]), fields.sentence_of(error)) == ("limit", "Send 100 or less.")
    assert fields.field_of(("body", "batch", "rows", 3, "email")) == "rows.3.email"
    assert fields.sentence_of({"type": "ours", "msg": "Choose another day."}) == "Choose another day."


def test_a_deep_body_takes_no_recursion() -> None:
    nested: Any = "x"
    for _ in range(19):
        nested = [nested]
    request = RequestFactory().post("/", json.dumps(nested), "application/json")
    assert StrictParser().parse_body(request) == nested
