"""Making an organization, its overview, and leaving it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.attempts import attempt
from console.registry import registry
from organizations import checklist, policies
from organizations.access import requires
from organizations.actions import create_organization, leave_organization
from organizations.forms.organizations import CreationForm
from organizations.models.counting import COUNTED, counted
from organizations.requests import OrgRequest, UserRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def create(request: UserRequest) -> HttpResponse:
    """Create an organization (text 000: fill in the name); where one is the most, the way to it (text 003)."""
    form = CreationForm(request.POST or None)
    if organization := form.run(create_organization, by=request.actor):
        messages.success(request, _("%s is ready.") % organization.name)
        return redirect("organizations:overview", organization.slug)
    policy = policies.current()
    teams = [one.organization for one in request.contexts if not one.organization.is_personal]
    most = policy.organizations_per_user
    is_full = most is not None and len(teams) >= most
    context = {"form": form, "policy": policy, "existing": teams[0] if is_full else None}
    return render(request, "organizations/new.html", context)


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def overview(request: OrgRequest) -> HttpResponse:
    """What there is in this context, and what to do next."""
    organization = request.organization
    page: dict[str, object] = {"counted": COUNTED, "cards": registry.cards_of("overview", request)}
    if organization.is_personal:
        page["checklist"] = checklist.read_open(request)
    else:
        if request.actor.can(Permission.VIEW_MEMBERS):
            members = organization.memberships.current()
            page["member_count"] = counted(members)
            page["newest"] = list(members.select_related("user", "custom_role").order_by("-joined_at", "-id")[:5])
        if request.actor.can(Permission.REVOKE_INVITATIONS):
            page["open_invitations"] = counted(organization.invitations.pending())
    return render(request, "organizations/overview.html", page)


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
