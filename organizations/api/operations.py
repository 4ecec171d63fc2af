"""How an operation is declared, and what happens around each of them, in this order.

The key is asked for and its requests counted; what does not exist for this organization, or that the key may not know
of, is a 404; the permission is checked, there or in the organization, before anything that was sent is read; what
changes may ask for the state that it was made for (`If-Match`); a POST may ask to be done once (`Idempotency-Key`).
Then the operation calls the same action as the page does.
"""

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.decorators import decorate_view

from console.api.instance import FIELDS
from console.api.parsing import body_of, check_arguments, check_empty, check_length
from console.api.problems import Problem, answer
from console.api.rates import spend
from console.api.tags import allows, is_known, tag_of
from console.api.taken import Taken
from console.origin import OriginRequest
from console.refusal import Refused
from organizations.actions.denials import note_denial, note_missing
from organizations.actors import Actor, Guarded
from organizations.api import idempotency
from organizations.api.authentication import authenticate
from organizations.api.authentication.shown import signature_used
from organizations.api.requests import KeyRequest
from organizations.models import Membership, Organization
from organizations.roles import EVERYTHING, PEOPLE, Permission

type View = Callable[..., Any]
type Run = Callable[..., HttpResponse]
type Check = Callable[[KeyRequest], None]
# Finds what an address names, by its parts, and puts it on the request; raises Http404 for what one may not know of.
type Find = Callable[..., Guarded]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What an operation asks for: any of ``needs``, in what ``within`` finds or else in the organization; a ``check``.

    The check comes after the permission.
    """

    needs: tuple[Permission, ...]
    within: Find | None
    check: Check = lambda request: None


class Operations:
    """The operations on one noun: declared by method and path, with the permission of which each holder may use it."""

    def __init__(self, noun: str) -> None:
        self.router = Router(tags=[noun])
        # By path, what answers GET there: what a change compares `If-Match` with.
        self._shown: dict[str, Run] = {}

    def get(
        self, path: str, permission: Permission, *others: Permission, returns: Any, within: Find | None = None
    ) -> Callable[[View], View]:
        """Declare what shows something, or a list of it.

        ``within``, here and below: finds that in which the permission is asked for, where it is not the organization.
        """
        return self._declare(["GET", "HEAD"], path, Demand(needs=(permission, *others), within=within), {200: returns})

    def file(
        self, path: str, permission: Permission, *others: Permission, media_type: str, within: Find | None = None
    ) -> Callable[[View], View]:
        """Declare what gives a file of a media type, as the response that the operation returns."""
        content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
        demand = Demand(needs=(permission, *others), within=within)
        return self._declare(["GET", "HEAD"], path, demand, {200: None}, {"responses": {200: {"content": content}}})

    def post(
        self,
        path: str,
        permission: Permission,
        *others: Permission,
        returns: Any = None,
        status: int = 201,
        within: Find | None = None,
    ) -> Callable[[View], View]:
        """Declare what makes something, or changes the state of something at a noun below it."""
        return self._declare(["POST"], path, Demand(needs=(permission, *others), within=within), {status: returns})

    def issue(
        self, path: str, permission: Permission, *others: Permission, returns: Any, within: Find | None = None
    ) -> Callable[[View], View]:
        """Declare what is answered with a secret, which only a secret or a new signature gets (`_check_issuing`)."""
        demand = Demand(needs=(permission, *others), within=within, check=_check_issuing)
        return self._declare(["POST"], path, demand, {201: returns})

    def patch(
        self, path: str, permission: Permission, *others: Permission, returns: Any, within: Find | None = None
    ) -> Callable[[View], View]:
        """Declare what changes some fields; the others stay."""
        return self._declare(["PATCH"], path, Demand(needs=(permission, *others), within=within), {200: returns})

    def delete(
        self, path: str, permission: Permission, *others: Permission, within: Find | None = None
    ) -> Callable[[View], View]:
        """Declare what ends something."""
        return self._declare(["DELETE"], path, Demand(needs=(permission, *others), within=within), {204: None})

    def _declare(
        self,
        methods: list[str],
        path: str,
        demand: Demand,
        responses: dict[int, Any],
        described_besides: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            around = functools.partial(self._around, method=methods[0], path=path, demand=demand)
            named = [str(one) for one in demand.needs if frozenset(demand.needs) < EVERYTHING]
            described = self.router.api_operation(
                methods,
                path,
                response=responses,
                operation_id=view.__name__,
                summary=view.__name__.replace("_", " ").capitalize().replace(" api ", " API "),
                openapi_extra={"x-permission": named, **(described_besides or {})},
            )
            return described(decorate_view(around)(view))

        return declare

    def _around(self, run: Run, *, method: str, path: str, demand: Demand) -> Run:
        taken = Taken.by(run)
        if method == "GET":
            self._shown[path] = run

        @functools.wraps(run)
        def serve(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            here = cast("KeyRequest", request)
            headers: dict[str, str] = {}
            try:
                check_length(request)
                headers |= _recognize(here)
                _admit(here, demand, kwargs)
                demand.check(here)
                _check_what_was_sent(here, taken)
                response = self._served(here, functools.partial(run, request, **kwargs), path, demand, kwargs)
            except Problem as problem:
                response = answer(request, problem)
            except (OperationalError, InterfaceError):
                # Away, or tired of waiting for a lock: nothing was done by half.
                log.exception("The database did not answer an operation of the API.")
                response = answer(request, Problem.unavailable())
            return _finished(request, response, headers)

        serve.permissions = demand.needs  # type: ignore[attr-defined] # read by the walk of all operations
        return serve

    def _served(
        self, request: KeyRequest, run: Callable[[], HttpResponse], path: str, demand: Demand, address: dict[str, Any]
    ) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return _with_tag(request, run())
        if request.method == "POST":
            return idempotency.once(request, run)
        # All of it is here before anybody waits for this request.
        body_of(request)
        wanted = request.headers.get("If-Match")
        with transaction.atomic():
            _hold(request)
            _find(request, demand, address)
            if wanted is None:
                return run()
            shown = self._shown[path](request, **address)
            # What is not there, or not to be seen, the change itself answers.
            if shown.status_code == HTTPStatus.OK and not allows(wanted, tag_of(shown)):
                raise Problem(
                    HTTPStatus.PRECONDITION_FAILED, "changed", _("It has changed since. Get it again, then decide.")
                )
            return run()


def _recognize(request: KeyRequest) -> dict[str, str]:
    """Ask for the key, and count the request; the headers that say how many are left. Raises Problem."""
    key = authenticate(cast("OriginRequest", request))
    request.key, request.organization, request.membership = key, key.organization, key.membership
    request.actor = Actor.program(key, request.origin)
    budget = spend(str(key.pk))
    if budget.is_used_up:
        wait = {"Retry-After": str(budget.resets_in), **budget.headers}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "too-many", _("Wait a moment: see Retry-After."), headers=wait)
    return budget.headers


def _admit(request: KeyRequest, demand: Demand, address: Mapping[str, Any]) -> None:
    """Ask for the permission: any of them. ``address``: the parts that name something. Raises Problem."""
    needs = demand.needs
    if request.organization.is_personal and needs[0] in PEOPLE:
        raise Problem.not_found()
    place = _find(request, demand, address)
    if not any(request.actor.can(one, place) for one in needs):
        raise lacking(needs[0], request.actor)


def lacking(permission: Permission, by: Actor) -> Problem:
    """The problem of a key that may not do something, which is noted in the log; a suspension is told of."""
    note_missing(permission, by=by)
    sentence = _("This key may not do this: it needs “%s”.") % permission
    if by.key and permission in by.key.organization.withheld:
        sentence = f"{sentence} {by.key.organization.why_suspended}"
    return Problem(HTTPStatus.FORBIDDEN, "permission", sentence)


def _find(request: KeyRequest, demand: Demand, address: Mapping[str, Any]) -> Guarded | None:
    """That in which the permission is asked for; None for the organization. Raises Problem where it is not there."""
    try:
        return demand.within(request, **address) if demand.within else None
    except Http404:
        raise Problem.not_found() from None


def _check_issuing(request: KeyRequest) -> None:
    """Refuse whoever may have only caught a token or a request; raises Problem, also where the answer was kept.

    A token ends, and is for parts of a program that must not hold the secret; with a signature the secret never
    travels. Neither is answered with a secret that goes on after it (docs/decisions/0027).
    """
    shown = request.shown
    if shown.token is None and not shown.is_repeat:
        return
    code = "by-token" if shown.token else "signature-used"
    note_denial(request.key, code=code, is_proven=True, origin=request.actor.origin)
    if shown.is_repeat:
        raise signature_used(request.key)
    sentence = _("A token gets no secret and no other token. Ask with the key and its secret.")
    raise Problem.refused(Refused(sentence, code=code), ())


def _check_what_was_sent(request: KeyRequest, taken: Taken) -> None:
    """Refuse arguments and bodies that the operation does not take. Raises Problem."""
    check_arguments(request, taken.arguments, taken.lists)
    if not taken.body and request.method not in {"GET", "HEAD"}:
        check_empty(request)
    setattr(request, FIELDS, taken.fields)


def _hold(request: KeyRequest) -> None:
    """Lock the organization, and look again: nobody changes it before this request has, and it changes what is now."""
    organization = request.organization = request.key.organization = Organization.objects.lock(request.organization.pk)
    if request.membership is None:
        return
    membership = Membership.objects.select_related("user", "custom_role").filter(pk=request.membership.pk).first()
    if membership:
        membership.organization = organization
        request.membership = membership
        request.actor = request.actor.now_as(membership)


def _with_tag(request: KeyRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code != HTTPStatus.OK:
        return response
    tag = tag_of(response)
    if is_known(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    response.headers["ETag"] = tag
    # Its own reader may keep it, and asks each time whether it is still so.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response


def _finished(request: HttpRequest, response: HttpResponse, headers: dict[str, str]) -> HttpResponse:
    for name, value in headers.items():
        response.headers[name] = value
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
