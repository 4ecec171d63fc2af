"""What went wrong, as programs read it: problem details (RFC 9457), the only form of an error below ``/api/``."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from console.api.catalogue import CATALOGUE, REFUSED

CONTENT_TYPE = "application/problem+json"
# What the type of a problem leads to, for people.
TYPES = "/api/v1/docs#problem-"
# Seconds after which to come again when the database is away.
PAUSE = 5

# The title of each status; the detail says what it is this time.
TITLES: Mapping[int, Any] = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("The request cannot be read"),
    HTTPStatus.UNAUTHORIZED: gettext_lazy("The key is not accepted"),
    HTTPStatus.FORBIDDEN: gettext_lazy("This may not be done with this key"),
    HTTPStatus.NOT_FOUND: gettext_lazy("There is no such thing"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("This address does not take that method"),
    HTTPStatus.CONFLICT: gettext_lazy("Refused as things are now"),
    HTTPStatus.LENGTH_REQUIRED: gettext_lazy("The body has no length"),
    HTTPStatus.PRECONDITION_FAILED: gettext_lazy("It has changed meanwhile"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("The body is too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_lazy("The body is not JSON"),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_lazy("What was sent is not right"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_lazy("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Something went wrong here"),
    HTTPStatus.SERVICE_UNAVAILABLE: gettext_lazy("Not available at this moment"),
}


class FieldProblem(Schema):
    """What is wrong with one field."""

    field: str = Field(
        description="Where it stands: the name of the field, with dots between levels; empty for the body as a whole."
    )
    code: str
    detail: str


class ProblemDetails(Schema):
    """Why a request was not done (RFC 9457)."""

    type: str = Field(description="Where the problem is explained.")
    title: str = Field(description="What the status means.")
    status: int
    detail: str = Field(description="A sentence for people, in their language.")
    code: str = Field(description="Which problem it is, for programs; never changes.")
    request_id: str = Field(description="What to name when you ask for help.")
    errors: list[FieldProblem] = Field(default_factory=list, description="What is wrong, field by field.")


class Problem(Exception):
    """Ends a request with a problem: its ``status``, a ``code`` for programs, a sentence that says what to do.

    ``errors``: field by field, as (field, code, sentence); ``headers`` of the answer, as ``Retry-After``.
    """

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: Any,
        *,
        errors: Sequence[tuple[str, str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})

    @classmethod
    def not_found(cls) -> "Problem":
        """What is not there, or what one may not know of: no difference."""
        return cls(HTTPStatus.NOT_FOUND, "not-found", _("There is nothing here by that address or id."))

    @classmethod
    def invalid(cls, errors: Sequence[tuple[str, str, str]]) -> "Problem":
        """Fields that are not right, as (field, code, sentence)."""
        detail = _("Some of what was sent is not right: see the fields.")
        return cls(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)

    @classmethod
    def unavailable(cls) -> "Problem":
        """The database does not answer."""
        detail = _("We cannot do this at the moment. Try again shortly.")
        return cls(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers={"Retry-After": str(PAUSE)})

    @classmethod
    def refused(cls, refusal: ValidationError, fields: Collection[str]) -> "Problem":
        """An action's refusal: of one of the operation's ``fields``, or a part of one, a 422, as things are a 409."""
        detail = " ".join(refusal.messages)
        errors = [(field, code, text) for field, code, text in _fields_of(refusal) if field.partition(".")[0] in fields]
        code = getattr(refusal, "code", None) or (errors[0][1] if errors else REFUSED)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.CONFLICT
        return cls(status, code, detail, errors=errors)


def _fields_of(refusal: ValidationError) -> Iterator[tuple[str, str, str]]:
    named = getattr(refusal, "error_dict", None) or {getattr(refusal, "field", None) or "": refusal.error_list}
    for field, errors in named.items():
        for error in errors:
            yield field, error.code or REFUSED, " ".join(error.messages)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The response that a problem makes."""
    body = {
        "type": f"{TYPES}{problem.code if problem.code in CATALOGUE else REFUSED}",
        "title": str(TITLES.get(problem.status, problem.status.phrase)),
        "status": int(problem.status),
        "detail": str(problem.detail),
        "code": problem.code,
        "request_id": getattr(request, "id", ""),
        "errors": [{"field": field, "code": code, "detail": detail} for field, code, detail in problem.errors],
    }
    response = HttpResponse(json.dumps(body), status=problem.status, content_type=CONTENT_TYPE)
    response.headers["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response
