"""Managing one's own role (text 002, section 3.3): stepping down, where the policy lets people do so."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires_proof_for
from organizations import policies
from organizations.access import requires
from organizations.actions import change_role
from organizations.forms.join_requests import OwnRoleForm
from organizations.requests import OrgRequest
from organizations.roles import Permission


def _is_founder(request: OrgRequest) -> bool:
    return request.membership.is_founder


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_ORGANIZATION)
@requires_proof_for(_is_founder)
def own_role(request: OrgRequest) -> HttpResponse:
    """Take a role that may do less than one's own. Whoever did so is given more again only by somebody else."""
    if request.organization.is_personal or not policies.current().may_lower_own_role:
        raise Http404
    form = OwnRoleForm(request.POST or None, membership=request.membership)
    if changed := form.run(change_role, membership=request.membership, by=request.actor):
        messages.success(
            request,
            _("You are now %(role)s in %(organization)s.")
            % {"role": changed.held_role.label, "organization": request.organization.name},
        )
        return redirect("organizations:mine")
    return render(request, "organizations/own_role.html", {"form": form})
