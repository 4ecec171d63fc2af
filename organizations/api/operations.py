"""How an operation is declared, and what happens around each of them, in this order.

The key is asked for and its requests counted; what does not exist for this organization is a 404; the permission is
checked, before anything that was sent is read; what changes may ask for the state that it was made for (`If-Match`); a
POST may ask to be done once (`Idempotency-Key`). Then the operation calls the same action as the page does.
"""

import functools
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.decorators import decorate_view

from audit.recording import record_denial
from console.api.problems import Problem, ProblemDetails, answer
from console.api.rates import spend
from console.origin import OriginRequest
from organizations.actors import Actor
from organizations.api import idempotency
from organizations.api.authentication import authenticate
from organizations.api.requests import KeyRequest
from organizations.models import Organization
from organizations.roles import PEOPLE, Permission

type View = Callable[..., Any]
type Run = Callable[..., HttpResponse]

PROBLEMS = frozenset({400, 401, 403, 404, 409, 412, 413, 415, 422, 429})


class Operations:
    """The operations on one noun: declared by method and path, with the permission of which each holder may use it."""

    def __init__(self, noun: str) -> None:
        self.router = Router(tags=[noun])
        # By path, what answers GET there: what a change compares `If-Match` with.
        self._shown: dict[str, Run] = {}

    def get(self, path: str, permission: Permission, *others: Permission, returns: Any) -> Callable[[View], View]:
        """Declare what shows something, or a list of it."""
        return self._declare("GET", path, (permission, *others), {200: returns})

    def post(
        self, path: str, permission: Permission, *others: Permission, returns: Any = None, status: int = 201
    ) -> Callable[[View], View]:
        """Declare what makes something, or changes the state of something at a noun below it."""
        return self._declare("POST", path, (permission, *others), {status: returns})

    def patch(self, path: str, permission: Permission, *others: Permission, returns: Any) -> Callable[[View], View]:
        """Declare what changes some fields; the others stay."""
        return self._declare("PATCH", path, (permission, *others), {200: returns})

    def delete(self, path: str, permission: Permission, *others: Permission) -> Callable[[View], View]:
        """Declare what ends something."""
        return self._declare("DELETE", path, (permission, *others), {204: None})

    def _declare(
        self, method: str, path: str, needs: tuple[Permission, ...], responses: dict[int, Any]
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            around = functools.partial(self._around, method=method, path=path, needs=needs)
            view = decorate_view(around)(view)
            described: dict[Any, Any] = {**responses, PROBLEMS: ProblemDetails}
            return self.router.api_operation([method], path, response=described)(view)

        return declare

    def _around(self, run: Run, *, method: str, path: str, needs: tuple[Permission, ...]) -> Run:
        if method == "GET":
            self._shown[path] = run

        @functools.wraps(run)
        def serve(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            here = cast("KeyRequest", request)
            try:
                budget = _let_in(cast("OriginRequest", request), needs)
                response = self._served(here, functools.partial(run, request, **kwargs), method, path, kwargs)
            except Problem as problem:
                return answer(request, problem)
            for name, value in budget.items():
                response.headers[name] = value
            return response

        serve.permissions = needs  # type: ignore[attr-defined] # read by the walk of all operations
        return serve

    def _served(
        self, request: KeyRequest, run: Callable[[], HttpResponse], method: str, path: str, kwargs: dict[str, Any]
    ) -> HttpResponse:
        if method == "GET":
            return _with_tag(request, run())
        if method == "POST":
            return idempotency.once(request, run)
        wanted = request.headers.get("If-Match")
        if wanted is None:
            return run()
        with transaction.atomic():
            # Nobody changes it between the look and the change.
            Organization.objects.lock(request.organization.pk)
            shown = self._shown[path](request, **kwargs)
            if shown.status_code == HTTPStatus.OK and tag_of(shown) not in _tags(wanted):
                raise Problem(
                    HTTPStatus.PRECONDITION_FAILED, "changed", _("It has changed since. Get it again, then decide.")
                )
            return run()


def _let_in(request: OriginRequest, needs: tuple[Permission, ...]) -> dict[str, str]:
    """Ask for the key and for the permission; the headers that say how many requests are left. Raises Problem."""
    key = authenticate(request)
    here = cast("KeyRequest", request)
    here.key, here.organization, here.membership = key, key.organization, key.membership
    here.actor = Actor.program(key, request.origin)
    budget = spend(str(key.pk))
    if budget.is_used_up:
        wait = {"Retry-After": str(budget.resets_in), **budget.headers}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many", _("Wait a moment: see Retry-After."), headers=wait)
    if here.organization.is_personal and needs[0] in PEOPLE:
        raise Problem.not_found()
    if not any(here.actor.can(one) for one in needs):
        record_denial("permission.denied", by=here.actor, code=needs[0])
        raise Problem(HTTPStatus.FORBIDDEN, "permission", _("This key may not do this: it needs “%s”.") % needs[0])
    return budget.headers


def tag_of(response: HttpResponse) -> str:
    """The entity tag of what a response shows."""
    return f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def _with_tag(request: KeyRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code != HTTPStatus.OK:
        return response
    tag = tag_of(response)
    if tag in _tags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    response.headers["ETag"] = tag
    return response


def _tags(header: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in header.split(",")}
