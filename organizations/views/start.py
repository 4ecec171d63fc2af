"""Where people arrive: the start page and the check list."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.registry import Step, registry
from organizations.context import LAST_CONTEXT, landing
from organizations.models import Kind, Membership
from organizations.requests import ContextRequest, UserRequest


def home(request: ContextRequest) -> HttpResponse:
    """Signed out: what this is. Signed in: the landing context, or the check list where there is none."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    return redirect(landing(request.user, request.session.get(LAST_CONTEXT)) or "organizations:getting-started")


@dataclass(frozen=True)
class StepState:
    """A line of the check list, for this user."""

    step: Step
    done: bool
    href: str


@login_required
def getting_started(request: UserRequest) -> HttpResponse:
    """The check list: each line ticks itself and leads to the page that does it."""
    states = [StepState(step, step.done(request), step.address(request)) for step in registry.steps]
    team = Membership.objects.of(request.user).filter(organization__kind=Kind.TEAM).first()
    return render(
        request,
        "organizations/getting_started.html",
        {
            "states": states,
            "upcoming": next((state for state in states if not state.done), None),
            "team": team.organization if team else None,
        },
    )
