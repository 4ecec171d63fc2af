"""Who may do what: the table that is generated from what enforces it, and the roles that an organization makes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.forms import ActionForm
from console.registry import registry
from organizations import policies
from organizations.access import requires
from organizations.actions import create_role, delete_role, edit_role
from organizations.forms.roles import CustomRoleEditForm, CustomRoleForm, RoleDeletionForm
from organizations.models import CustomRole, roles_of
from organizations.models.counting import COUNTED, people_with
from organizations.models.role import is_named
from organizations.policies import Role
from organizations.requests import OrgRequest
from organizations.roles import FOUNDERS_ONLY, GROUPS, HELD_BY_ALL, Permission


@dataclass(frozen=True)
class Choice:
    """A permission as a box to tick: whether it is ticked, and whether that is the reader's to decide."""

    permission: Permission
    is_chosen: bool
    is_open: bool


@require_safe
@requires(Permission.VIEW_MEMBERS)
def index(request: OrgRequest) -> HttpResponse:
    """Who may do what: a column for each role, a line for each permission."""
    roles = roles_of(request.organization)
    own = [role for role in roles if not policies.current().knows(role)]
    may_edit = request.actor.can(Permission.MANAGE_ROLES)
    context = {
        "roles": roles,
        "own": own,
        "editable": {role.key for role in own if may_edit and request.actor.covers(role)},
        "groups": GROUPS,
        "people": people_with(request.organization),
        "counted": COUNTED,
    }
    return render(request, "organizations/roles/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROLES)
def create(request: OrgRequest) -> HttpResponse:
    """Make a role."""
    form = CustomRoleForm(request.POST or None)
    if role := form.run(create_role, organization=request.organization, by=request.actor):
        messages.success(request, _("The role %s is ready. You can give it to people now.") % role.name)
        return redirect("organizations:settings_roles", request.organization.slug)
    context = {"form": form, "groups": _choices(request, form.chosen)}
    return render(request, "organizations/roles/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROLES)
def edit(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A role: what it is called, what it may do, and how many have it."""
    role = _role(request, pk)
    form = CustomRoleEditForm(request.POST or None, role=role)
    if changed := form.run(edit_role, role=role, by=request.actor):
        messages.success(request, _("The role %s is saved.") % changed.name)
        return redirect("organizations:settings_roles", request.organization.slug)
    if moved_on := _moved_on(request, form):
        return moved_on
    context = {
        **_about(request, role),
        "form": form,
        "groups": _choices(request, form.chosen),
        "is_editable": request.actor.covers(role.as_role),
    }
    return render(request, "organizations/roles/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROLES)
def deletion(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Delete a role: where its people go, and the POST that does it."""
    role = _role(request, pk)
    offered = _replacements(request, role) if is_named(role) else []
    form = RoleDeletionForm(request.POST if request.method == "POST" else None, roles=offered)
    if form.run(delete_role, role=role, by=request.actor):
        messages.success(request, _("The role %s is deleted.") % role.name)
        return redirect("organizations:settings_roles", request.organization.slug)
    if moved_on := _moved_on(request, form):
        return moved_on
    context = {**_about(request, role), "form": form, "cards": registry.cards_of("role-deletion", request)}
    return render(request, "organizations/roles/deletion.html", context)


def _moved_on(request: OrgRequest, form: ActionForm) -> HttpResponse | None:
    """The way on where another was quicker: the role is no longer what it was, is gone, or was given to somebody."""
    if not any(form.has_error(NON_FIELD_ERRORS, code) for code in ("changed", "gone", "replacement-missing")):
        return None
    messages.error(request, " ".join(map(str, form.non_field_errors())))
    if form.has_error(NON_FIELD_ERRORS, "gone"):
        return redirect("organizations:settings_roles", request.organization.slug)
    return redirect(request.path)


def _role(request: OrgRequest, pk: UUID) -> CustomRole:
    return get_object_or_404(request.organization.custom_roles, pk=pk)


def _about(request: OrgRequest, role: CustomRole) -> dict[str, Any]:
    people = people_with(request.organization)
    return {"role": role, "people": people[str(role.pk)], "counted": COUNTED}


def _choices(request: OrgRequest, chosen: Collection[str]) -> list[tuple[Any, list[Choice]]]:
    """The permissions that a role can have, in their groups: those that the actor does not hold are not theirs."""
    mine = request.membership.held_role.permissions
    return [
        (
            label,
            [
                Choice(permission, permission in chosen, permission in mine and permission not in HELD_BY_ALL)
                for permission in group
                if permission not in FOUNDERS_ONLY
            ],
        )
        for label, group in GROUPS
    ]


def _replacements(request: OrgRequest, role: CustomRole) -> list[Role]:
    """What the people of a role can get instead."""
    never = {str(role.pk), policies.current().founder.key}
    return [other for other in request.actor.assignable_roles(request.organization) if other.key not in never]
