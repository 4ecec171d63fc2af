"""From help to a ticket: in which context it is asked."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from organizations.context import LAST_CONTEXT
from organizations.models import Membership
from organizations.requests import UserRequest
from organizations.roles import Permission
from support.came_from import page_in


@require_safe
@login_required
def ticket(request: HttpRequest) -> HttpResponse:
    """Go on to a new ticket in the context that one comes from, or in the only one; of several, one is chosen.

    ``?from=``: the page of ours that it is about. Whoever may ask nowhere is told how to get there.
    """
    here = cast("UserRequest", request)
    came_from = page_in(here.GET)
    places = [one for one in here.contexts if Permission.RAISE_TICKETS in one.permissions]
    meant = [one for one in places if came_from.startswith(f"/o/{one.organization.slug}/")]
    if chosen := meant or places[:1] * (len(places) == 1):
        return redirect(_new_ticket(chosen[0], came_from))
    last = here.session.get(LAST_CONTEXT)
    places.sort(key=lambda one: one.organization.slug != last)
    context: dict[str, Any] = {"places": [(one.organization, _new_ticket(one, came_from)) for one in places]}
    return render(here, "support/help_ticket.html", context)


def _new_ticket(place: Membership, came_from: str) -> str:
    slug = place.organization.slug
    address = reverse("support:ticket_new", args=[slug])
    # Where one was in another context is nobody's business in this one.
    is_elsewhere = came_from.startswith("/o/") and not came_from.startswith(f"/o/{slug}/")
    came_from = "" if is_elsewhere else came_from
    return f"{address}?{urlencode({'from': came_from})}" if came_from else address
