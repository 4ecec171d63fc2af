"""Closing an organization, and opening it again."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import requests
from accounts.access import requires_proof, requires_proof_to_change
from console.attempts import attempt
from organizations.access import requires
from organizations.actions import close_organization, reopen_organization
from organizations.actions.closing import obstacles_to_closing
from organizations.actors import Actor
from organizations.forms.ownership import ClosingForm
from organizations.models import Closing, Membership
from organizations.models.closing import UNDO_FOR
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CLOSE_ORGANIZATION)
@requires_proof_to_change
def close(request: OrgRequest) -> HttpResponse:
    """What is in the way, what will happen, and the name to type."""
    organization = request.organization
    obstacles = obstacles_to_closing(organization)
    form = ClosingForm(request.POST or None, organization=organization, asks=bool(obstacles))
    if form.run(close_organization, organization=organization, by=request.actor):
        messages.success(
            request,
            _("%(name)s is closed. For %(days)s days you can open it again here.")
            % {"name": organization.name, "days": UNDO_FOR.days},
        )
        return redirect("organizations:mine")
    context = {
        "form": form,
        "obstacles": obstacles,
        "is_blocked": any(obstacle.blocks for obstacle in obstacles),
        "days": UNDO_FOR.days,
    }
    return render(request, "organizations/closing/close.html", context)


@require_POST
@requires_proof
def reopen(request: requests.UserRequest, pk: UUID) -> HttpResponse:
    """Open a closed organization again, which only its founders find."""
    closing = get_object_or_404(Closing.objects.undoable_by(request.user), organization=pk)
    memberships = Membership.objects.select_related("organization", "custom_role")
    membership = get_object_or_404(memberships, organization=closing.organization, user=request.user)
    # A closed organization is no context: the founder acts in it nevertheless.
    actor = cast("Actor", request.actor).now_as(membership)
    done = _("%s is open again.") % membership.organization.name
    if attempt(request, reopen_organization, done, organization=membership.organization, by=actor):
        return redirect("organizations:overview", membership.organization.slug)
    return redirect("organizations:mine")
