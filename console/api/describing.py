"""What the API says of itself: OpenAPI 3.1, for programs; the page for people is made of it (`console.api.reference`).

ninja describes what operations take and give. Added here is what all share: how to come in, the headers, the problems.
The texts stay English, as names in a program do; the page around them speaks the reader's language.
"""

import json
import operator
from collections.abc import Iterator
from functools import cache, reduce
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from ninja import NinjaAPI

from console.api.catalogue import CATALOGUE, REFUSED
from console.api.parsing import LONGEST_BODY
from console.api.problems import CONTENT_TYPE, TITLES, TYPES, ProblemDetails

# By which ways one comes in, as OpenAPI's security schemes; the apps know: those of keys, and those that only some
# operations take, which name them.
SCHEMES = "organizations.api.schemes.SCHEMES"
OTHER_SCHEMES = ("projects.api.backends.SCHEMES", "infrastructure.api.server_authentication.SCHEMES")

DESCRIPTION = f"""The API of the console. A key belongs to one organization, so no address names one.

Every error is a problem (RFC 9457) as `{CONTENT_TYPE}`. Lists come in pages, with a cursor. A body is JSON in UTF-8,
of {LONGEST_BODY:,} bytes at most; fields and arguments that are not known are refused."""

HEADERS: dict[str, dict[str, Any]] = {
    "RateLimit-Limit": {"description": "Requests that this key may make in a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many of them are left.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until they are counted anew.", "schema": {"type": "integer"}},
    "ETag": {"description": "Which state this is, for If-Match and If-None-Match.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "The ways to come in.", "schema": {"type": "string"}},
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "description": "Chosen by you, once for each thing to do: sent again within 24 hours, it is not done again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "8b1f0e52-6f0f-4c8e-9d0b-8a7f4f2f1c11",
    },
    "If-Match": {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "description": "The ETag of what you saw: what has changed since is not touched (412).",
        "schema": {"type": "string", "pattern": r'^(\*|"[!#-~]*")$'},
        "example": '"5f2b1c0d9e8a7b6c5d4e3f2a1b0c9d8e"',
    },
    "If-None-Match": {
        "in": "header",
        "name": "If-None-Match",
        "required": False,
        "description": "The ETag of what you have: if it is still so, the answer is 304 without a body.",
        "schema": {"type": "string"},
    },
}
SIGNED = {
    name: {"in": "header", "name": name, "required": True, "description": description, "schema": {"type": "string"}}
    for name, description in {
        "webhook-id": "Chosen by you, another for each message: sent again, it is not done again.",
        "webhook-timestamp": "When it was sent, in seconds since 1970.",
    }.items()
}
SENT_BY_WAY = {"backend": tuple(SIGNED)}
SENT = {"get": ["If-None-Match"], "post": ["Idempotency-Key"], "patch": ["If-Match"], "delete": ["If-Match"]}
# Which problems an operation may answer with; what no operation can be without, and what changes bring.
ALWAYS = (400, 401, 403, 404, 411, 413, 415, 422, 429, 500, 503)
PROBLEMS = {"get": ALWAYS, "post": (*ALWAYS, 409), "patch": (*ALWAYS, 409, 412), "delete": (*ALWAYS, 409, 412)}


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The document of an instance, as plain data."""
    with translation.override("en"):
        found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
        schemes, *others = (
            json.loads(json.dumps(import_string(path), default=str)) for path in (SCHEMES, *OTHER_SCHEMES)
        )
        _tidy(found)
        found["info"] |= {"title": f"{settings.BRAND_NAME} API", "version": "1", "description": DESCRIPTION}
        found["servers"] = [{"url": settings.SITE_URL}]
        found["security"] = [{name: []} for name in schemes]
        found["components"]["securitySchemes"] = reduce(operator.or_, others, schemes)
        found["components"]["headers"] = HEADERS
        found["components"]["parameters"] = PARAMETERS | SIGNED
        found["components"]["schemas"]["ProblemDetails"] = _problem_schema()
        found["components"]["responses"] = {f"Problem{status}": _problem(status) for status in sorted(_statuses())}
        found["tags"] = [{"name": name} for name in _tags(found)]
        for method, operation in _operations(found):
            _complete(method, operation)
    return found


def _tidy(found: dict[str, Any]) -> None:
    """Take out what only we call so: the titles that pydantic makes of names, and our word for an id in an address."""
    found["paths"] = {path.replace("{pk}", "{id}"): methods for path, methods in found["paths"].items()}
    for _method, operation in _operations(found):
        for parameter in operation["parameters"]:
            # The schema's own list, which is of another form here.
            parameter.pop("examples", None)
            if parameter["in"] == "path" and parameter["name"] == "pk":
                parameter["name"] = "id"
    waiting: list[Any] = [found["paths"], found["components"]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and isinstance(part.get("title"), str):
            del part["title"]
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []


def _operations(found: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in found["paths"].values():
        # It is what GET is, without a body.
        methods.pop("head", None)
        yield from methods.items()


def _tags(found: dict[str, Any]) -> list[str]:
    """The nouns, in the order in which they were mounted."""
    return list(dict.fromkeys(name for _method, operation in _operations(found) for name in operation["tags"]))


def _statuses() -> set[int]:
    return {status for statuses in PROBLEMS.values() for status in statuses}


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add what all operations of a method share."""
    # With a way in of its own it has its own headers, too.
    ways_in = [name for way in operation.get("security", ()) for name in way]
    sent = [name for way in ways_in for name in SENT_BY_WAY.get(way, ())] if ways_in else SENT[method]
    is_tagged = method == "get" and not ways_in
    operation["parameters"] += [{"$ref": f"#/components/parameters/{name}"} for name in sent]
    for status, response in operation["responses"].items():
        names = [name for name in HEADERS if name.startswith("RateLimit")] + ["ETag"] * is_tagged
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        response["description"] = HTTPStatus(int(status)).phrase
    if is_tagged:
        operation["responses"]["304"] = {"description": "It is as If-None-Match says."}
    for status in PROBLEMS[method]:
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


def _problem_schema() -> dict[str, Any]:
    schema = ProblemDetails.model_json_schema(mode="serialization")
    schema["properties"]["errors"]["items"] = schema.pop("$defs")["FieldProblem"]
    return schema


def _problem(status: int) -> dict[str, Any]:
    """The answer that a problem of that status is, with an example of each code."""
    codes = [code for code, entry in CATALOGUE.items() if entry.status == status] or [REFUSED]
    names = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    return {
        "description": str(TITLES[status]),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/ProblemDetails"},
                "examples": {code: {"value": _example(status, code)} for code in codes},
            }
        },
    }


def _example(status: int, code: str) -> dict[str, Any]:
    return {
        "type": f"{TYPES}{code}",
        "title": str(TITLES[status]),
        "status": status,
        "detail": str(CATALOGUE[code].help),
        "code": code,
        "request_id": "3f6d1b0c2a9e4d7f8b5c6a1e0d9f2b34",
        "errors": [{"field": "email", "code": "missing", "detail": "This is needed."}] if code == "invalid" else [],
    }


@cache
def document() -> dict[str, Any]:
    """The document of the API that this process serves; it must not be changed."""
    return describe(import_string("console.api.urls.api"))
