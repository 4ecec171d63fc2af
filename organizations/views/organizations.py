"""Making an organization, its overview, its settings, and the list of mine."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.attempts import attempt
from console.pages import Order, moments, paginate
from organizations import checklist
from organizations.access import requires
from organizations.actions import create_organization, edit_organization, leave_organization
from organizations.forms.organizations import CreationForm, OrganizationForm
from organizations.models import Invitation, Membership
from organizations.requests import OrgRequest, UserRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back

# Overviews count this far; beyond, "more than".
COUNTED = 1000
# Whoever has more invitations than this answers some, and sees the rest.
INVITATIONS_SHOWN = 50
# How my organizations can be sorted.
ORDERS = {
    "name": Order("organization__name"),
    "role": Order("rank", int),
    "joined": moments("joined_at"),
    "active": moments("last_active_at"),
}


@require_http_methods(["GET", "HEAD", "POST"])
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
        page["newest"] = list(
            organization.memberships.select_related("user", "custom_role").order_by("-joined_at", "-id")[:5]
        )
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
    """Leave the organization: the question, and the POST that does it. Nobody leaves a personal account."""
    if request.organization.is_personal:
        raise Http404
    overview_page = reverse("organizations:overview", args=[request.organization.slug])
    if request.method == "POST":
        done = _("You have left %s.") % request.organization.name
        has_left = attempt(request, leave_organization, done, membership=request.membership, by=request.actor)
        return redirect("organizations:mine" if has_left else overview_page)
    question = Question(
        title=_("Leave %(name)s?") % {"name": request.organization.name},
        text=_("You lose access at once. To come back, somebody must invite you again."),
        submit=_("Leave organization"),
        cancel=_("Stay"),
        back=way_back(request, overview_page),
    )
    return ask(request, question)


@require_safe
@login_required
def mine(request: UserRequest) -> HttpResponse:
    """Invitations to me, and where I am a member, the last used first (text 002, section 3)."""
    memberships = Membership.objects.of(request.user)
    page = paginate(
        memberships.values("id", *(order.column for order in ORDERS.values())),
        request.GET,
        orders=ORDERS,
        default="-active",
    )
    found = memberships.in_bulk([row["id"] for row in page.rows])
    invitations = (
        Invitation.objects.for_user(request.user)
        .select_related("organization", "invited_by", "custom_role")
        .order_by("-id")
    )
    return render(
        request,
        "organizations/mine.html",
        {
            "page": page,
            "memberships": [found[row["id"]] for row in page.rows],
            # One more than is shown, to know whether there are more.
            "invitations": list(invitations[: INVITATIONS_SHOWN + 1]),
            "shown": INVITATIONS_SHOWN,
        },
    )
