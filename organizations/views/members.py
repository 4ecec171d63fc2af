"""The members of an organization."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires_proof_for
from console.attempts import attempt
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations import policies
from organizations.access import requires
from organizations.actions import export_members, remove_member
from organizations.member_rows import ORDERS, Selection, row_of
from organizations.models import Membership
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back


@require_safe
@requires(Permission.VIEW_MEMBERS)
def index(request: OrgRequest) -> HttpResponse:
    """Who is here: search, filter by role and second factor, sort, pages."""
    selection = Selection.of(request.organization, request.actor, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="name")
    context = {
        **selection.context,
        "page": page,
        "rows": [row_of(values) for values in page.rows],
        "back": request.get_full_path() if request.GET else "",
        **rights(request, selection),
    }
    return render_fragment(
        request, "organizations/members/index.html", "organizations/members/_list.html", "members", context
    )


@require_safe
@requires(Permission.VIEW_MEMBERS)
def export(request: OrgRequest) -> HttpResponseBase:
    """The members as a file: what the same search and filters find."""
    name = f"members-{request.organization.slug}"
    if request.method == "HEAD":
        # Nothing is handed out, so there is nothing to write down.
        return csv_response(name, [], [])
    if not attempt(request, export_members, "", organization=request.organization, by=request.actor):
        return redirect("organizations:members", request.organization.slug)
    selection = Selection.of(request.organization, request.actor, request.GET)
    columns = {
        "name": _("Name"),
        "email": _("E-mail address"),
        "role_label": _("Role"),
        "last_active_at": _("Last active"),
        "joined_at": _("Joined"),
        "invited_by": _("Invited by"),
        "ends_at": _("Ends"),
    }
    if selection.shows_factor:
        columns["factor_word"] = _("MFA")
    batches = selection.batches(request.membership)
    rows = ([row[name] for name in columns] for batch in batches for row in batch)
    return csv_response(name, list(columns.values()), rows)


def rights(request: OrgRequest, selection: Selection) -> dict[str, object]:
    """What a row needs to know to offer actions: on those who may do no more than oneself."""
    return {
        "editable": {role.key for role in selection.roles if request.actor.covers(role)},
        "may_step_down": policies.current().may_lower_own_role,
    }


def member_of(request: OrgRequest, pk: UUID) -> Membership:
    """The member of this organization with that id; raises Http404."""
    members = request.organization.memberships.current().select_related("user", "organization", "custom_role")
    return get_object_or_404(members, pk=pk)


def concerns_founders(request: OrgRequest, pk: UUID) -> bool:
    """Whether a member has the founder's role, or is to have it: whoever has it may give the organization away."""
    founder = policies.current().founder.key
    wanted = {request.POST.get("role"), request.GET.get("role")}
    return founder in wanted or request.organization.memberships.filter(pk=pk, role=founder).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REMOVE_MEMBERS)
@requires_proof_for(concerns_founders)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a member: the question that says what will happen, and the POST that does it."""
    membership = member_of(request, pk)
    names = {"name": membership.user.name, "organization": request.organization.name}
    back = way_back(request, reverse("organizations:members", args=[request.organization.slug]))
    if request.method == "POST":
        done = _("%s is no longer a member.") % membership.user.name
        attempt(request, remove_member, done, membership=membership, by=request.actor)
        return redirect(back)
    question = Question(
        title=_("Remove %(name)s?") % names,
        text=_(
            "%(name)s loses access to %(organization)s at once, and gets a mail that says so. Their own account stays."
        )
        % names,
        submit=_("Remove member"),
        cancel=_("Cancel"),
        back=back,
    )
    return ask(request, question)
