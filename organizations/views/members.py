"""The members of an organization."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires_proof_for
from accounts.models import full_name
from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import Order, moments, paginate
from organizations import policies
from organizations.access import requires
from organizations.actions import change_role, remove_member
from organizations.forms.members import RoleForm
from organizations.models import Membership, roles_of, with_role
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back

ORDERS = {
    "name": Order("sort_name"),
    "role": Order("rank", int),
    "joined": moments("joined_at"),
    "active": moments("last_active_at"),
}
COLUMNS = [
    "id", "user_id", "role", "custom_role_id", "custom_role__name", "rank", "joined_at", "last_active_at", "sort_name",
    "user__first_name", "user__last_name", "user__email", "user__picture",
    "invited_by__first_name", "invited_by__last_name", "invited_by__email",
]  # fmt: skip


@require_safe
@requires(Permission.VIEW_MEMBERS)
def index(request: OrgRequest) -> HttpResponse:
    """Who is here: search, filter by role, sort, pages."""
    roles = roles_of(request.organization)
    members = request.organization.memberships.all()
    if term := request.GET.get("q", "").strip():
        members = members.matching(term)
    role = request.GET.get("role", "")
    if role in {known.key for known in roles}:
        members = members.filter(with_role([role]))
    else:
        role = ""
    page = paginate(members.values(*COLUMNS), request.GET, orders=ORDERS, default="name")
    context = {
        "page": page,
        "rows": [_row(values) for values in page.rows],
        "q": term,
        "role": role,
        "roles": policies.choices(roles),
        # Whose row has actions: those who may do no more than oneself.
        "editable": {role.key for role in roles if request.actor.covers(role)},
    }
    return render_fragment(
        request, "organizations/members/index.html", "organizations/members/_list.html", "members", context
    )


def _row(values: dict[str, Any]) -> dict[str, Any]:
    """A member as the list shows them: names put together, nothing looked up."""
    name = full_name(values["user__first_name"], values["user__last_name"])
    inviter = full_name(values["invited_by__first_name"], values["invited_by__last_name"])
    return {
        "id": values["id"],
        "user_id": values["user_id"],
        "name": name or values["user__email"],
        "email": values["user__email"],
        "picture": values["user__picture"],
        "role": str(values["custom_role_id"] or values["role"]),
        "role_label": values["custom_role__name"] or policies.current().role(values["role"]).label,
        "joined_at": values["joined_at"],
        "last_active_at": values["last_active_at"],
        "invited_by": inviter or values["invited_by__email"] or "",
    }


def _member(request: OrgRequest, pk: UUID) -> Membership:
    return get_object_or_404(
        request.organization.memberships.select_related("user", "organization", "custom_role"), pk=pk
    )


def _concerns_founders(request: OrgRequest, pk: UUID) -> bool:
    """Whether a member has the founder's role, or is to have it: whoever has it may give the organization away."""
    founder = policies.current().founder.key
    return request.POST.get("role") == founder or request.organization.memberships.filter(pk=pk, role=founder).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_ROLES)
@requires_proof_for(_concerns_founders)
def role(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change a member's role: the form behind *Actions* → *Edit*, and what the list posts to."""
    membership = _member(request, pk)
    before = membership.held_role.label
    back = way_back(request, reverse("organizations:members", args=[request.organization.slug]))
    form = RoleForm(request.POST or None, actor=request.actor, membership=membership)
    if changed := form.run(change_role, membership=membership, by=request.actor):
        messages.success(
            request,
            _("%(name)s is now %(role)s; before: %(before)s.")
            % {"name": changed.user.name, "role": changed.held_role.label, "before": before},
        )
        return redirect(back)
    return render(request, "organizations/members/role.html", {"form": form, "member": membership, "back": back})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REMOVE_MEMBERS)
@requires_proof_for(_concerns_founders)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove a member: the question that says what will happen, and the POST that does it."""
    membership = _member(request, pk)
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
