"""The instance that answers below ``/api/v1/``."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja import errors as ninja_errors

from console.api.fields import problem_of
from console.api.parsing import StrictParser
from console.api.problems import Problem, answer

# What apps bring, by dotted path: the frame imports none of them before all are loaded.
ROUTERS = [
    "organizations.api.router",
    "projects.api.router",
    "billing.api.router",
    "infrastructure.api.router",
    "support.api.router",
]
# Where an operation says which fields it takes, for refusals that name one.
FIELDS = "operation_fields"


def build() -> NinjaAPI:
    """A new instance with the routers of all apps and every error as a problem."""
    api = NinjaAPI(
        title="Console API",
        version="v1",
        urls_namespace="api",
        docs_url=None,
        openapi_url=None,
        parser=StrictParser(),
    )
    for path in ROUTERS:
        api.add_router("", import_string(path))

    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
    return api


def _problem(request: HttpRequest, raised: Problem) -> HttpResponse:
    return answer(request, raised)


def _refused(request: HttpRequest, raised: ValidationError) -> HttpResponse:
    return answer(request, Problem.refused(raised, getattr(request, FIELDS, ())))


def _missing(request: HttpRequest, raised: Http404) -> HttpResponse:
    return answer(request, Problem.not_found())


def _invalid(request: HttpRequest, raised: ninja_errors.ValidationError) -> HttpResponse:
    return answer(request, problem_of(raised))


def _unreadable(request: HttpRequest, raised: ninja_errors.HttpError) -> HttpResponse:
    # So ninja wraps whatever its parser raises.
    if isinstance(raised.__cause__, Problem):
        return answer(request, raised.__cause__)
    return answer(request, Problem(HTTPStatus.BAD_REQUEST, "bad-request", _("The request cannot be read.")))


def _unexpected(request: HttpRequest, raised: Exception) -> HttpResponse:
    # Also with DEBUG, where ninja would answer with the traceback: transactions roll back, and it is logged.
    raise raised


HANDLERS: dict[type[Exception], Any] = {
    Problem: _problem,
    ValidationError: _refused,
    Http404: _missing,
    ninja_errors.ValidationError: _invalid,
    ninja_errors.HttpError: _unreadable,
    Exception: _unexpected,
}
