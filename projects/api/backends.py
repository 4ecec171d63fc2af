"""Operations for the company's own backends, which have no key: they sign with their endpoint's secret.

As our calls to them are signed, so are theirs to us (Standard Webhooks): the headers ``webhook-id``,
``webhook-timestamp`` and ``webhook-signature``. Around each operation, in this order: the length is looked at, the
signature is checked and says whose request it is, their requests are counted; a POST is done once for each
``webhook-id``.
"""

import functools
import hashlib
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router
from ninja.decorators import decorate_view

from console.api.instance import FIELDS
from console.api.parsing import body_of, check_arguments, check_empty, check_length
from console.api.problems import Problem, answer
from console.api.rates import spend
from console.api.taken import Taken
from console.origin import OriginRequest
from console.sealing import Unreadable
from console.webhooks import NotSigned, verify
from organizations.api.authentication.guesses import count_failure, stop_guessing
from outbox.models import Endpoint, Receipt

log = logging.getLogger(__name__)

type View = Callable[..., Any]
type Run = Callable[..., HttpResponse]

# The name of the way in, as OpenAPI calls it.
SCHEME: Final = "backend"
SCHEMES: Final[dict[str, dict[str, Any]]] = {
    SCHEME: {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": (
            "For backends that make services, which staff enter as endpoints. `v1,` and the base64 of the HMAC-SHA256,"
            " with the endpoint's secret, of `webhook-id`, `webhook-timestamp` (seconds since 1970, at most five"
            " minutes off) and the body, with dots between them (Standard Webhooks)."
        ),
    },
}
LONGEST_BODY: Final = 128 * 1024  # bytes
LONGEST_ID: Final = 255


class BackendRequest(OriginRequest):
    """A request that an endpoint has signed."""

    endpoint: Endpoint


class BackendOperations:
    """Operations for endpoints: declared by method and path."""

    def __init__(self, noun: str) -> None:
        self.router = Router(tags=[noun])

    def get(self, path: str, *, returns: Any) -> Callable[[View], View]:
        """Declare what shows something."""
        return self._declare(["GET", "HEAD"], path, {200: returns})

    def post(self, path: str, *, returns: Any) -> Callable[[View], View]:
        """Declare what takes a message in, once."""
        return self._declare(["POST"], path, {202: returns})

    def _declare(self, methods: list[str], path: str, responses: dict[int, Any]) -> Callable[[View], View]:
        def declare(view: View) -> View:
            described = self.router.api_operation(
                methods,
                path,
                response=responses,
                operation_id=view.__name__,
                url_name=view.__name__,
                summary=view.__name__.replace("_", " ").capitalize(),
                openapi_extra={"x-permission": [], "security": [{SCHEME: []}]},
            )
            return described(decorate_view(_around)(view))

        return declare


def _around(run: Run) -> Run:
    taken = Taken.by(run)

    @functools.wraps(run)
    def serve(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        here = cast("BackendRequest", request)
        headers: dict[str, str] = {}
        try:
            _check_length(request)
            headers |= _recognize(here)
            check_arguments(request, taken.arguments, taken.lists)
            setattr(request, FIELDS, taken.fields)
            response = _served(here, functools.partial(run, request, **kwargs))
        except Problem as problem:
            response = answer(request, problem)
        except (OperationalError, InterfaceError):
            log.exception("The database did not answer a backend.")
            response = answer(request, Problem.unavailable())
        for name, value in headers.items():
            response.headers[name] = value
        if request.method == "HEAD":
            response.headers["Content-Length"] = str(len(response.content))
            response.content = b""
        return response

    # Read by the walk of all operations: nothing else is without a permission.
    serve.permissions = ()  # type: ignore[attr-defined]
    return serve


def _check_length(request: HttpRequest) -> None:
    check_length(request)
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > LONGEST_BODY:
        sentence = _("A report has at most %d bytes.") % LONGEST_BODY
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", sentence)


def _recognize(request: BackendRequest) -> dict[str, str]:
    """Ask whose signature it is, and count the request; the headers that say how many are left. Raises Problem."""
    stop_guessing(request.origin.address)
    found = _signer(request)
    if found is None:
        count_failure(request.origin.address)
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "not-signed",
            _("The signature is missing, wrong, or too old. Sign with the secret of your endpoint, anew each time."),
            headers={"WWW-Authenticate": 'Webhook-Signature realm="Console API"'},
        )
    request.endpoint = found
    budget = spend(str(found.pk))
    if budget.is_used_up:
        wait = {"Retry-After": str(budget.resets_in), **budget.headers}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many", _("Wait a moment: see Retry-After."), headers=wait)
    return budget.headers


def _signer(request: BackendRequest) -> Endpoint | None:
    """The endpoint whose secret signed the request. There are few of them, and to try one takes microseconds."""
    message_id, body = request.headers.get("webhook-id", ""), body_of(request)
    if "webhook-signature" not in request.headers:
        return None
    if not (message_id.isascii() and message_id.isprintable() and 0 < len(message_id) <= LONGEST_ID):
        return None
    return next((one for one in Endpoint.objects.all() if _is_signed_by(one, request, body)), None)


def _is_signed_by(endpoint: Endpoint, request: BackendRequest, body: bytes) -> bool:
    try:
        secrets = endpoint.secrets
    except Unreadable:
        # Its key is gone: it cannot sign, and others still can.
        return False
    for secret in secrets:
        try:
            verify(secret, headers=request.headers, body=body, now=timezone.now())
        except NotSigned:
            continue
        return True
    return False


def _served(request: BackendRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    if request.method == "POST":
        return _once(request, run)
    check_empty(request)
    return run()


def _once(request: BackendRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of ``run``, or, to a message that was taken before, the answer that it got then.

    Who sends it again while the first is still at it waits for that. What was refused may be sent again, corrected.
    Raises Problem for another message under the same id.
    """
    digest = _digest(request)
    with transaction.atomic():
        receipt = _begin(request, digest)
        if receipt.answer:
            return _again(receipt, digest)
        response = run()
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            receipt.delete()
        else:
            receipt.answer = {"status": response.status_code, "body": response.content.decode()}
            receipt.save(update_fields=["answer"])
        return response


def _begin(request: BackendRequest, digest: str) -> Receipt:
    """A new row, or that of the message that was taken under this id; waits for who writes the same."""
    message_id = request.headers["webhook-id"]
    try:
        with transaction.atomic():
            return Receipt.objects.create(endpoint=request.endpoint, message_id=message_id, digest=digest)
    except IntegrityError:
        return Receipt.objects.get(endpoint=request.endpoint, message_id=message_id)


def _again(receipt: Receipt, digest: str) -> HttpResponse:
    if receipt.digest != digest:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "webhook-id-reused",
            _("This webhook-id was sent before, with another message. Each message has an id of its own."),
        )
    return HttpResponse(receipt.answer["body"], status=receipt.answer["status"], content_type="application/json")


def _digest(request: BackendRequest) -> str:
    return hashlib.sha256(request.path.encode() + b"\n" + body_of(request)).hexdigest()
