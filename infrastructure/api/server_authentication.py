"""How a server comes in: with the token that a member made to connect it, then with the secret that it got for that.

Neither is a key: an operation here names its own way in, has no permission, and gets no other operation done. What was
wrong counts against the address that it came from, as with keys; the secret of a server has a budget of its own.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final, cast

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.decorators import decorate_view

from console.api.instance import FIELDS
from console.api.parsing import check_arguments, check_length
from console.api.problems import Problem, answer
from console.api.rates import spend
from console.api.taken import Taken
from console.credentials import is_well_formed
from console.origin import OriginRequest
from console.refusal import Refused
from console.sealing import fingerprint
from console.steps import Steps
from infrastructure.models.server import DIGEST_PURPOSE, SECRET_PREFIX, TOKEN_PREFIX
from organizations.api.authentication.guesses import count_failure, stop_guessing

type View = Callable[..., Any]
type Run = Callable[..., HttpResponse]

log = logging.getLogger(__name__)

# The names of the ways in, as OpenAPI calls them, and how what they take begins.
CONNECTING: Final = "connection-token"
REPORTING: Final = "server-secret"
PREFIXES: Final = {CONNECTING: TOKEN_PREFIX, REPORTING: SECRET_PREFIX}
SCHEMES: Final[dict[str, dict[str, Any]]] = {
    CONNECTING: {
        "type": "http",
        "scheme": "bearer",
        "description": f"For a server that connects: a connection token (`{TOKEN_PREFIX}…`), which works once.",
    },
    REPORTING: {
        "type": "http",
        "scheme": "bearer",
        "description": f"For a server that is connected: the secret (`{SECRET_PREFIX}…`) that it got when it was.",
    },
}
LONGEST_BODY: Final = 16 * 1024  # bytes
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="Console API"'}
INVALID: Final = {"WWW-Authenticate": 'Bearer realm="Console API", error="invalid_token"'}

# A connection token needs to come once. One that a job goes on sending does not lock its office out (ATTACKS 13).
ATTEMPTS: Final = Steps("connection-attempts", timedelta(minutes=1))
MOST_ATTEMPTS: Final = 10

# What an action refuses because somebody may not come in: the code of the problem, by that of the refusal.
CLOSED_TO: Final[Mapping[str, str]] = {
    "wrong-token": "wrong-token",
    "token-used": "token-used",
    "token-expired": "token-expired",
    "not-connected": "not-connected",
    "closed": "closed",
    "gone": "former-member",
    "account-locked": "account-locked",
}
WITHHELD: Final = frozenset({"permission", "second-factor"})


class ServerRequest(OriginRequest):
    """A request with something that may be the token or the secret of a server."""

    credential: str


class ServerOperations:
    """Operations for servers, beside those for keys: declared by path, with the way in."""

    def __init__(self, router: Router) -> None:
        # The same one: of two with one address, the second would never be asked.
        self._router = router

    def post(self, path: str, *, scheme: str, returns: Any, status: int) -> Callable[[View], View]:
        """Declare what takes what a server says; ``scheme``: `CONNECTING` or `REPORTING`."""

        def declare(view: View) -> View:
            described = self._router.api_operation(
                ["POST"],
                path,
                response={status: returns},
                operation_id=view.__name__,
                url_name=view.__name__,
                summary=view.__name__.replace("_", " ").capitalize(),
                openapi_extra={"x-permission": [], "security": [{scheme: []}]},
            )
            return described(decorate_view(functools.partial(_around, scheme=scheme))(view))

        return declare


def _around(run: Run, *, scheme: str) -> Run:
    taken = Taken.by(run)

    @functools.wraps(run)
    def serve(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        here = cast("ServerRequest", request)
        headers: dict[str, str] = {}
        try:
            _check_length(request)
            headers |= _recognize(here, scheme)
            check_arguments(request, taken.arguments, taken.lists)
            setattr(request, FIELDS, taken.fields)
            response = run(request, **kwargs)
        except Problem as problem:
            response = answer(request, problem)
        except (OperationalError, InterfaceError):
            log.exception("The database did not answer a server.")
            response = answer(request, Problem.unavailable())
        for name, value in headers.items():
            response.headers[name] = value
        return response

    # Read by the walk of all operations.
    serve.permissions = ()  # type: ignore[attr-defined]
    return serve


def problem_of(refusal: Refused, request: ServerRequest) -> Problem:
    """What a server is told that was refused."""
    code, sentence = str(refusal.code), " ".join(refusal.messages)
    if code in CLOSED_TO:
        return Problem(HTTPStatus.UNAUTHORIZED, CLOSED_TO[code], sentence, headers=INVALID)
    if code in WITHHELD:
        return Problem(HTTPStatus.FORBIDDEN, code, sentence)
    return Problem.refused(refusal, getattr(request, FIELDS, ()))


def _check_length(request: HttpRequest) -> None:
    check_length(request)
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > LONGEST_BODY:
        sentence = _("What a server says of itself has at most %d bytes.") % LONGEST_BODY
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", sentence)


def _recognize(request: ServerRequest, scheme: str) -> dict[str, str]:
    """Read the token or secret, and count the request; the headers that say how many are left. Raises Problem."""
    prefix = PREFIXES[scheme]
    way, _space, credential = request.headers.get("Authorization", "").partition(" ")
    if way.lower() != "bearer":
        sentence = _("Send the token or secret: Authorization: Bearer %s…") % prefix
        raise Problem(HTTPStatus.UNAUTHORIZED, "no-key", sentence, headers=CHALLENGE)
    stop_guessing(request.origin.address)
    request.credential = credential.strip()
    if not is_well_formed(request.credential, prefix):
        count_failure(request.origin.address)
        sentence = _("What follows Bearer is not whole, or something else: it begins with %s.") % prefix
        raise Problem(HTTPStatus.UNAUTHORIZED, "bad-credentials", sentence, headers=INVALID)
    whose = fingerprint(request.credential, purpose=DIGEST_PURPOSE)
    budget = spend(whose)
    if budget.is_used_up or (scheme == CONNECTING and ATTEMPTS.count(whose) > MOST_ATTEMPTS):
        wait = {"Retry-After": str(budget.resets_in), **budget.headers}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many", _("Wait a moment: see Retry-After."), headers=wait)
    return budget.headers
