"""The instance that answers below ``/api/v1/``."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja import errors as ninja_errors

from console.api.parsing import StrictParser
from console.api.problems import Problem, answer

# What apps bring, by dotted path: the frame imports none of them before all are loaded.
ROUTERS = ["organizations.api.router"]


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

    @api.exception_handler(Problem)
    def problem(request: HttpRequest, raised: Problem) -> HttpResponse:
        return answer(request, raised)

    @api.exception_handler(ValidationError)
    def refused(request: HttpRequest, raised: ValidationError) -> HttpResponse:
        return answer(request, Problem.refused(raised))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, raised: Http404) -> HttpResponse:
        return answer(request, Problem.not_found())

    @api.exception_handler(ninja_errors.ValidationError)
    def invalid(request: HttpRequest, raised: ninja_errors.ValidationError) -> HttpResponse:
        return answer(request, _invalid(raised))

    return api


def _invalid(raised: ninja_errors.ValidationError) -> Problem:
    errors = [
        (
            ".".join(str(part) for part in error["loc"] if part not in {"body", "query", "path"}),
            error["type"],
            error["msg"],
        )
        for error in raised.errors
    ]
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid",
        _("Some of what was sent is not right: see the fields."),
        errors=errors,
    )
