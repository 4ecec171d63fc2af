"""Where people arrive: the start page and the check list."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from console.registry import registry
from organizations import checklist
from organizations.context import LAST_CONTEXT
from organizations.landing import landing
from organizations.requests import ContextRequest, UserRequest


@require_safe
def home(request: ContextRequest) -> HttpResponse:
    """Signed out: what this is. Signed in: the landing context, or the check list where there is none."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    if checklist.ALL_DONE not in request.session:
        # Once for each sign-in, for the user menu of all pages that follow.
        checklist.read(request)
    return redirect(landing(request.user, request.session.get(LAST_CONTEXT)) or "organizations:getting-started")


@require_safe
@login_required
def getting_started(request: UserRequest) -> HttpResponse:
    """The check list: each line ticks itself and leads to the page that does it."""
    team = next((m.organization for m in request.contexts if not m.organization.is_personal), None)
    cards = registry.cards_of("getting-started", request)
    context = {"checklist": checklist.read(request), "team": team, "cards": cards}
    return render(request, "organizations/getting_started.html", context)
