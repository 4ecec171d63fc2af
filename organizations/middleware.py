"""The context: the organization that the page is about. It stands in the address; the session remembers the last."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from audit.actors import ActorKind
from organizations import gates
from organizations.actors import Actor
from organizations.context import LAST_CONTEXT
from organizations.models import Membership
from organizations.requests import ContextRequest, OrgRequest
from organizations.switcher import contexts_of

# "Last active" may be this old before a request writes it again.
ACTIVITY_STEP = timedelta(minutes=10)


class OrganizationContext:
    """Sets ``request.membership``, ``.organization``, ``.actor`` and ``.contexts``; below ``/o/<slug>/`` a member's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request, outside of any context until the address says otherwise."""
        here = cast("ContextRequest", request)
        here.membership = here.organization = None
        here.actor = cast("Actor", SimpleLazyObject(lambda: actor_of(here)))
        here.contexts = cast("list[Membership]", SimpleLazyObject(lambda: contexts_of(request.user)))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Find the membership for an address below ``/o/<slug>/`` and take the slug from the view's arguments."""
        match = request.resolver_match
        if match is None or not match.route.startswith("o/<"):
            return None
        slug = kwargs.pop("slug")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        here = cast("ContextRequest", request)
        try:
            membership = Membership.objects.at(request.user, slug)
        except Membership.DoesNotExist:
            raise Http404 from None
        membership.user = request.user
        here.membership, here.organization = membership, membership.organization
        if slug != membership.organization.slug and request.method in {"GET", "HEAD"}:
            # A former slug leads to the present one; a form that was sent to it is taken where it belongs.
            return redirect(request.get_full_path().replace(f"/o/{slug}/", f"/o/{membership.organization.slug}/", 1))
        if (asked := gates.stop(cast("OrgRequest", here), view, args, kwargs)) is not None:
            return asked
        self.remember(here, membership)
        return None

    def remember(self, request: ContextRequest, membership: Membership) -> None:
        """Note the context in the session and, now and then, on the membership: where signing in leads to."""
        switched = request.session.get(LAST_CONTEXT) != membership.organization.slug
        if switched:
            request.session[LAST_CONTEXT] = membership.organization.slug
        now = timezone.now()
        if switched or now - membership.last_active_at > ACTIVITY_STEP:
            Membership.objects.filter(pk=membership.pk).update(last_active_at=now)


def actor_of(request: ContextRequest) -> Actor:
    """Who sends this request."""
    if not request.user.is_authenticated:
        return Actor.visitor(request.origin)
    return Actor(kind=ActorKind.USER, user=request.user, membership=request.membership, origin=request.origin)
