"""The check in front of a view, and the answers to who may not pass."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, Protocol, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from organizations.actions.denials import note_missing
from organizations.requests import OrgRequest
from organizations.roles import PEOPLE, Permission

type OrgView[**P, R] = Callable[Concatenate[OrgRequest, P], R]


class Requirement(Protocol):
    """What `requires` puts around a view: it answers as the view does, or with the 403 page."""

    def __call__[**P, R: HttpResponseBase](self, view: OrgView[P, R], /) -> Callable[..., R | HttpResponse]:
        """Wrap the view."""


class Can:
    """Answers ``can.invite_members`` in templates; a misspelt permission is an error there."""

    def __init__(self, permissions: frozenset[Permission]) -> None:
        self._permissions = permissions

    def __getattr__(self, name: str) -> bool:
        try:
            return Permission(name) in self._permissions
        except ValueError:
            raise AttributeError(name) from None


def requires(permission: Permission, *others: Permission) -> Requirement:
    """Declare what a view below ``/o/<slug>/`` asks for: the permission, or one of ``others``.

    Without any of them the answer is a 403 page that names it, and an event; in a personal account, which has no
    people, a page about people is a 404. A start-up check finds views that declare nothing.
    """

    def decorate[**P, R: HttpResponseBase](view: OrgView[P, R]) -> Callable[..., R | HttpResponse]:
        @functools.wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
            here = cast("OrgRequest", request)
            if here.organization.is_personal and permission in PEOPLE:
                raise Http404
            if not any(here.actor.can(one) for one in (permission, *others)):
                return forbidden(here, permission)
            return view(here, *args, **kwargs)

        checked.permissions = (permission, *others)  # type: ignore[attr-defined] # read by the start-up check
        return checked

    return decorate


def forbidden(
    request: OrgRequest, permission: Permission, allowed: frozenset[Permission] | None = None
) -> HttpResponse:
    """The 403 page: which permission is missing, and who can give it; or that a suspension withholds it.

    ``allowed``: what the actor could do there if nothing were withheld, where that is not what the role allows.
    """
    note_missing(permission, by=request.actor)
    who = (
        request.organization.memberships.holding(Permission.CHANGE_ROLES)
        .holding(permission)
        .select_related("user")
        .order_by("sort_name", "id")[:5]
    )
    role = request.membership.held_role
    context: dict[str, Any] = {
        "permission_label": permission.label,
        "withheld": permission in (role.permissions if allowed is None else allowed),
        # In a restricted project a role that has the permission does not count.
        "role_label": "" if permission in role.permissions else role.label,
        "who": [membership.user.name for membership in who],
    }
    return render(request, "403.html", context, status=403)
