"""What a member may do, and for how long: the *Edit member* form, the choice in the list, and *Undo*."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts.access import requires_proof_for
from console.attempts import attempt
from console.dates import date
from organizations.access import requires
from organizations.actions import change_role, edit_member
from organizations.forms.members import MemberForm, RoleForm
from organizations.member_rows import Selection, row_of
from organizations.models import Membership
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import way_back
from organizations.views.members import concerns_founders, member_of, rights


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANGE_ROLES)
def role(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Change a member's role: a page with a form, or for a script the choice in the member's line."""
    # The line stays where it is: its address is not that of the page.
    response = push_url(_choose(request, pk), False) if request.htmx else _edit(request, pk)  # noqa: FBT003 -- htmx's
    # One address for both: a browser that kept the one must not show it for the other (Back).
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires_proof_for(concerns_founders)
def _edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """The form behind *Actions* → *Edit* (text 003)."""
    membership = member_of(request, pk)
    before = membership.role_key
    form = MemberForm(
        request.POST or None,
        actor=request.actor,
        membership=membership,
        # What was chosen in the list, where it takes this form to go on.
        chosen=request.GET.get("role", ""),
    )
    if changed := form.run(edit_member, membership=membership, by=request.actor):
        _tell(request, membership, before, changed)
        return redirect(_list(request))
    context = {"form": form, "member": membership, "back": _list(request)}
    return render(request, "organizations/members/role.html", context)


def _choose(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A member's line with the choice of a role, or what came of it."""
    try:
        membership = member_of(request, pk)
    except Http404:
        messages.error(request, _("This person is no longer a member."))
        return render(request, "organizations/members/_changed.html", {"row": None})
    if request.method != "POST":
        form = RoleForm(actor=request.actor, membership=membership)
        return render(request, "organizations/members/_role.html", {"form": form, "member": membership})
    if concerns_founders(request, pk):
        # That may ask who one is, and whether a date of an end is to go: a page's business.
        chosen = {"role": request.POST.get("role", ""), "next": _list(request)}
        return HttpResponseClientRedirect(f"{request.path}?{urlencode(chosen)}")
    before = membership.role_key
    arguments = {"role": request.POST.get("role", ""), "was": request.POST.get("was", "")}
    if attempt(request, change_role, "", membership=membership, by=request.actor, **arguments):
        _tell(request, membership, before, member_of(request, pk))
    return _changed(request, pk)


def _changed(request: OrgRequest, pk: UUID) -> HttpResponse:
    """The member's line as it is now, and what is to be said about it."""
    selection = Selection.of(request.organization, request.actor, request.GET)
    values = selection.values.filter(pk=pk).first()
    context = {
        "row": values and row_of(values),
        "back": request.GET.get("next", ""),
        "shows_factor": selection.shows_factor,
        **rights(request, selection),
    }
    return render(request, "organizations/members/_changed.html", context)


def _tell(request: OrgRequest, membership: Membership, before: str, changed: Membership) -> None:
    """Say what was changed, with a way to undo a change of somebody else's role."""
    names = {"name": changed.user.name, "role": changed.role_label, "before": membership.role_label}
    if changed.role_key == before:
        if changed.ends_at:
            said = _("The membership of %(name)s is saved. It lasts until %(date)s.")
            messages.success(request, said % {**names, "date": date(changed.ends_at)})
        else:
            messages.success(request, _("The membership of %(name)s is saved.") % names)
        return
    is_own = changed.user_id == request.user.pk
    messages.success(
        request,
        _("%(name)s is now %(role)s; before: %(before)s.") % names,
        extra_tags="" if is_own else _undo(request, changed, {"role": before, "was": changed.role_key}),
    )


def _undo(request: OrgRequest, changed: Membership, fields: Mapping[str, str]) -> str:
    address = reverse("organizations:member_restoration", args=[request.organization.slug, changed.pk])
    return f"{address}?{urlencode({**fields, 'next': _list(request)})}"


@require_POST
@requires(Permission.CHANGE_ROLES)
@requires_proof_for(concerns_founders)
def restoration(request: OrgRequest, pk: UUID) -> HttpResponse:
    """*Undo*: give a member the former role back, unless somebody has given another one meanwhile."""
    membership = member_of(request, pk)
    arguments = {"role": request.GET.get("role", ""), "was": request.GET.get("was", "")}
    done = _("Undone: %s has the former role again.") % membership.user.name
    attempt(request, change_role, done, membership=membership, by=request.actor, **arguments)
    return redirect(_list(request))


def _list(request: OrgRequest) -> str:
    return way_back(request, reverse("organizations:members", args=[request.organization.slug]))
