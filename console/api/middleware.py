"""What holds for every answer below ``/api/``, whoever gives it: also where no operation was found, or one failed."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from console.api.problems import CONTENT_TYPE, Problem, answer

ROOT = "/api/"


class ApiAnswers:
    """Turns what Django and its middleware answer with a page into a problem, and says which methods there are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        response = self._get_response(request)
        if not request.path_info.startswith(ROOT):
            return response
        if response.status_code >= HTTPStatus.BAD_REQUEST and response.get("Content-Type") != CONTENT_TYPE:
            response = _with_headers_of(response, _as_problem(request, response))
        # An answer may hold a secret, and is for who has the key alone.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _with_headers_of(page: HttpResponseBase, problem: HttpResponse) -> HttpResponse:
    """The problem in place of the page, with what says how browsers treat the whole site."""
    for name, value in page.headers.items():
        if not name.startswith("Content-"):
            problem.headers.setdefault(name, value)
    return problem


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    status = HTTPStatus(response.status_code)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return _not_that_way(request, response.headers.get("Allow", ""))
    if status == HTTPStatus.NOT_FOUND:
        return answer(request, Problem.not_found())
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        detail = _("This is our fault. If it happens again, tell us the request id.")
        return answer(request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail))
    return answer(request, Problem(status, "bad-request", _("The request cannot be read.")))


def _not_that_way(request: HttpRequest, allowed: str) -> HttpResponse:
    methods = ", ".join(sorted({*(name.strip() for name in allowed.split(",")), "OPTIONS"} - {""}))
    if request.method == "OPTIONS":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": methods})
    detail = _("Use one of these methods: %s.") % methods
    return answer(request, Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", detail, headers={"Allow": methods}))
