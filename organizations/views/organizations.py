"""Making an organization, its overview, its settings, and the list of mine."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.refusal import Refused
from organizations import checklist
from organizations.access import requires
from organizations.actions import create_organization, edit_organization, leave_organization
from organizations.forms import CreationForm, OrganizationForm
from organizations.models import Invitation, Membership
from organizations.requests import OrgRequest, UserRequest
from organizations.roles import Permission

# Overviews count this far; beyond, "more than".
COUNTED = 1000


@login_required
def create(request: UserRequest) -> HttpResponse:
    """Create an organization (text 000: fill in the name)."""
    form = CreationForm(request.POST or None)
    if organization := form.run(create_organization, by=request.actor):
        messages.success(request, _("%s is ready.") % organization.name)
        return redirect("organizations:overview", organization.slug)
    return render(request, "organizations/new.html", {"form": form})


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def overview(request: OrgRequest) -> HttpResponse:
    """What there is in this context, and what to do next."""
    organization = request.organization
    page: dict[str, object] = {}
    if organization.is_personal:
        page["checklist"] = checklist.read_open(request)
    else:
        page["member_count"] = organization.memberships.all()[: COUNTED + 1].count()
        page["newest"] = list(organization.memberships.select_related("user").order_by("-joined_at", "-id")[:5])
        if request.actor.can(Permission.REVOKE_INVITATIONS):
            page["open_invitations"] = organization.invitations.pending()[: COUNTED + 1].count()
    return render(request, "organizations/overview.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_SETTINGS)
def settings(request: OrgRequest) -> HttpResponse:
    """General settings: name, address, description. A personal account has none of these, only an identity."""
    if request.organization.is_personal:
        return render(request, "organizations/settings.html", {"form": None})
    form = OrganizationForm(request.POST or None, organization=request.organization)
    if organization := form.run(edit_organization, organization=request.organization, by=request.actor):
        messages.success(request, _("The settings are saved."))
        return redirect("organizations:settings", organization.slug)
    return render(request, "organizations/settings.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
def leave(request: OrgRequest) -> HttpResponse:
    """Leave the organization: a page that asks, and the POST that does it. Nobody leaves a personal account."""
    if request.organization.is_personal:
        raise Http404
    if request.method == "POST":
        try:
            leave_organization(membership=request.membership, by=request.actor)
        except Refused as refusal:
            messages.error(request, refusal.messages[0])
            return redirect("organizations:overview", request.organization.slug)
        messages.success(request, _("You have left %s.") % request.organization.name)
        return redirect("organizations:mine")
    return render(request, "organizations/leave.html")


@login_required
def mine(request: UserRequest) -> HttpResponse:
    """Invitations to me, and where I am a member (text 002, section 3)."""
    return render(
        request,
        "organizations/mine.html",
        {
            "invitations": list(
                Invitation.objects.for_user(request.user)
                .select_related("organization", "invited_by")
                .order_by("-id")[:100]
            ),
            "memberships": list(Membership.objects.of(request.user)[:200]),
        },
    )
