"""The document of the API as its page draws it: operations by noun, fields in rows, examples to copy."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.utils.text import slugify

from console.api.catalogue import CATALOGUE, Entry
from console.api.describing import document
from console.api.problems import TITLES

# Of what lies in each other on the page; deeper is what nobody reads.
DEEPEST = 4
# What stands in an example for a value of a format, where the schema gives none.
EXAMPLES = {
    "uuid": "0198c0de-7a3b-7c1d-9e2f-4b5a6c7d8e9f",
    "date-time": "2027-01-31T12:00:00Z",
    "date": "2027-01-31",
    "string": "…",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
}

# How a line for a shell shows who asks: with a key, or signed as docs/provisioning.md says.
KEYED = ['-u "$CONSOLE_KEY:$CONSOLE_SECRET"']
SIGNED = [f'-H "webhook-{name}: ${name.upper()}"' for name in ("id", "timestamp", "signature")]

type Described = Mapping[str, Any]
# Text, and what stands in back quotes, by turns.
type Prose = list[str]


@dataclass(frozen=True)
class Field:
    """A row of a table: a field or an argument, ``depth`` levels below the top."""

    name: str
    kind: str
    help: Prose
    is_needed: bool
    depth: int = 0


@dataclass(frozen=True)
class Operation:
    """An operation: where it is, who may use it, what it takes and gives, and how to try it.

    ``is_signed``: it takes no key, but the signature of a backend.
    """

    id: str
    method: str
    path: str
    summary: str
    help: list[Prose]
    permissions: list[str]
    is_signed: bool
    arguments: list[Field]
    body: list[Field]
    status: str
    answer: list[Field]
    example: str
    curl: str


@dataclass(frozen=True)
class Noun:
    """What operations are about."""

    id: str
    name: str
    operations: list[Operation]


@dataclass(frozen=True)
class Reference:
    """All that the page shows. ``problems``: code, entry, and the title of its status."""

    server: str
    nouns: list[Noun]
    problems: list[tuple[str, Entry, Any]]


@cache
def reference() -> Reference:
    """What the page shows; made once."""
    found = document()
    nouns = {name["name"]: Noun(slugify(name["name"]), name["name"], []) for name in found["tags"]}
    for path, methods in found["paths"].items():
        for method, described in methods.items():
            nouns[described["tags"][0]].operations.append(_operation(method.upper(), path, described))
    problems = [(code, entry, TITLES[entry.status]) for code, entry in CATALOGUE.items()]
    return Reference(found["servers"][0]["url"], list(nouns.values()), problems)


def _operation(method: str, path: str, described: Described) -> Operation:
    body = _schema_in(described.get("requestBody", {}))
    status = next(code for code in described["responses"] if code.startswith("2"))
    answer = _schema_in(described["responses"][status])
    example = json.dumps(_example(answer), indent=2, ensure_ascii=False) if answer else ""
    return Operation(
        id=described["operationId"],
        method=method,
        path=path,
        summary=described["summary"],
        help=[_prose(paragraph) for paragraph in described["description"].split("\n\n")],
        permissions=described["x-permission"],
        is_signed="security" in described,
        arguments=[_argument(one) for one in map(_resolved, described["parameters"])],
        body=list(_rows(body)),
        status=f"{status} {HTTPStatus(int(status)).phrase}",
        answer=list(_rows(answer)),
        example=example,
        curl=_curl(method, path, body, SIGNED if "security" in described else KEYED),
    )


def _prose(text: str) -> Prose:
    return text.split("`")


def _argument(one: Described) -> Field:
    kind = f"{_kind(one['schema'])} · {one['in']}"
    return Field(one["name"], kind, _prose(one.get("description", "")), bool(one["required"]))


def _schema_in(part: Described) -> Described:
    """The schema of a body or an answer, or nothing."""
    return _resolved(part.get("content", {}).get("application/json", {}).get("schema", {}))


def _resolved(schema: Described) -> Described:
    """What a reference leads to; what may also be null is shown as what it is else."""
    schema = next((one for one in schema.get("anyOf", []) if one.get("type") != "null"), {}) | {
        name: value for name, value in schema.items() if name != "anyOf"
    }
    if "$ref" not in schema:
        return schema
    found: Any = document()
    for name in schema["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return {**found, **{name: value for name, value in schema.items() if name != "$ref"}}


def _rows(schema: Described, depth: int = 0) -> Iterator[Field]:
    """The fields of an object, each followed by those in it."""
    if schema.get("type") == "array":
        schema = _resolved(schema["items"])
    if depth == DEEPEST:
        return
    for name, raw in schema.get("properties", {}).items():
        field = _resolved(raw)
        is_nullable = any(one.get("type") == "null" for one in raw.get("anyOf", []))
        kind = _kind(field) + (" · null" if is_nullable else "")
        yield Field(name, kind, _prose(field.get("description", "")), name in schema.get("required", []), depth)
        yield from _rows(field, depth + 1)


def _kind(schema: Described) -> str:
    """A type, as JSON calls it, and what narrows it."""
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"array of {_kind(_resolved(schema['items']))}"
    if "format" in schema:
        return f"{kind} ({schema['format']})"
    if "maxLength" in schema:
        return f"{kind}, {schema.get('minLength', 0)} to {schema['maxLength']}"
    if "maximum" in schema:
        return f"{kind}, {schema.get('minimum', '')} to {schema['maximum']}"
    return kind


def _example(raw: Described, depth: int = 0) -> Any:
    """A value that the schema allows, as good as its own examples make it."""
    schema = _resolved(raw)
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    if depth == DEEPEST:
        return None
    kind = schema.get("type", "")
    if kind == "array":
        return [_example(schema["items"], depth + 1)]
    if kind == "object" or "properties" in schema:
        return {name: _example(field, depth + 1) for name, field in schema.get("properties", {}).items()}
    return schema.get("default", EXAMPLES.get(schema.get("format", kind)))


def _curl(method: str, path: str, body: Described, way_in: list[str]) -> str:
    """A line for a shell; what stands in braces is to be filled in."""
    first, *others = way_in
    lines = [f"curl {first}" + (f" -X {method}" if method != "GET" else ""), *others]
    if method == "POST" and way_in == KEYED:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(_sent(body), ensure_ascii=False)}'"]
    return " \\\n  ".join([*lines, document()["servers"][0]["url"] + path])


def _sent(body: Described) -> Any:
    """The least that makes sense to send: what is needed, and else the first field."""
    fields = body.get("properties", {})
    names = body.get("required") or list(fields)[:1]
    return {name: _example(fields[name]) for name in names}
