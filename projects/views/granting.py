"""Granting a project to a member or a role, and changing what was granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.forms import ActionForm
from console.fragments import render_fragment
from organizations.models import Membership, role_of, roles_of
from organizations.models.membership import MembershipQuerySet
from organizations.policies import Role
from organizations.roles import Permission
from projects.access import about_people, requires_in_project
from projects.actions.grants import grant_person, grant_role
from projects.forms.grants import OFFERED, PersonGrantForm, RoleGrantForm
from projects.levels import Level
from projects.models.grant import person_level, role_level
from projects.requests import ProjectRequest
from projects.views.access import after_change, losses, member_of
from projects.views.pages import about


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Whom the page is about: nobody yet, or the member (``?member=``) or role (``?role=``) whose grant is changed.

    ``offered``: members to choose from, at most `OFFERED`; ``is_searched``: whether there are more, or were.
    """

    member: Membership | None
    role: Role | None
    members: MembershipQuerySet
    offered: Sequence[Membership]
    is_searched: bool
    q: str

    @classmethod
    def of(cls, request: ProjectRequest) -> Self:
        """What the address asks for. Raises Http404 for a member or role that is not there."""
        members = request.organization.memberships.current().select_related("user")
        member, role = _member(request), _role(request)
        term = request.GET.get("q", "").strip()
        found = members.matching(term) if term else members
        offered = [] if member or role else list(found.order_by("sort_name", "id")[: OFFERED + 1])
        return cls(
            member=member,
            role=role,
            members=members,
            offered=offered[:OFFERED],
            is_searched=bool(term) or len(offered) > OFFERED,
            q=term,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
@about_people
def create(request: ProjectRequest) -> HttpResponse:
    """Grant a level to a member or a role; granting again replaces. Who lowers themself is asked first."""
    choice = Choice.of(request)
    person_form, role_form = _person_form(request, choice), _role_form(request, choice)
    answer = _question(request, person_form) or _granted(request, person_form) or _granted_role(request, role_form)
    if answer:
        return answer
    context = {**about(request), "choice": choice, "person_form": person_form, "role_form": role_form}
    return render_fragment(request, "projects/access/new.html", "projects/access/_person.html", "person", context)


def _member(request: ProjectRequest) -> Membership | None:
    try:
        return member_of(request, UUID(asked)) if (asked := request.GET.get("member")) else None
    except ValueError:
        raise Http404 from None


def _role(request: ProjectRequest) -> Role | None:
    try:
        return role_of(request.organization, asked) if (asked := request.GET.get("role")) else None
    except KeyError:
        raise Http404 from None


def _levels(request: ProjectRequest) -> list[Level]:
    grantable = request.project.grantable_by(request.actor)
    return [level for level in Level if level.permissions <= grantable]


def _person_form(request: ProjectRequest, choice: Choice) -> PersonGrantForm:
    return PersonGrantForm(
        request.POST if "membership" in request.POST else None,
        members=choice.members,
        offered=choice.offered,
        chosen=choice.member,
        levels=_levels(request),
        level=choice.member and person_level(request.project, choice.member.user_id),
    )


def _role_form(request: ProjectRequest, choice: Choice) -> RoleGrantForm:
    return RoleGrantForm(
        request.POST if request.method == "POST" and "membership" not in request.POST else None,
        roles=roles_of(request.organization),
        chosen=choice.role,
        levels=_levels(request),
        level=choice.role and role_level(request.project, choice.role.key),
    )


def _question(request: ProjectRequest, form: PersonGrantForm) -> HttpResponse | None:
    """What somebody would lose who lowers themself, before it is done; None where nothing is to be asked."""
    if not form.is_valid() or "confirmed" in request.POST:
        return None
    membership, level = form.cleaned_data["membership"], form.cleaned_data["level"]
    if membership.user_id != request.user.pk or level not in Level:
        return None
    before = person_level(request.project, membership.user_id)
    lost = losses(request, membership, before, Level(level))
    if not (before and lost):
        return None
    context = {**about(request), "form": form, "lost": lost, "level": Level(level)}
    return render(request, "projects/access/lowering.html", context)


def _granted(request: ProjectRequest, form: PersonGrantForm) -> HttpResponse | None:
    if form.run(grant_person, project=request.project, by=request.actor):
        names = {"name": form.cleaned_data["membership"].user.name, "project": request.project.name}
        level = Level(form.cleaned_data["level"]).label
        messages.success(request, _("%(name)s was granted %(project)s: %(level)s.") % {**names, "level": level})
        return after_change(request)
    return _moved_on(request, form)


def _granted_role(request: ProjectRequest, form: RoleGrantForm) -> HttpResponse | None:
    if form.run(grant_role, project=request.project, by=request.actor):
        role = role_of(request.organization, form.cleaned_data["role"])
        names = {"role": str(role.label), "project": request.project.name}
        level = Level(form.cleaned_data["level"]).label
        messages.success(
            request,
            _("Everybody with the role %(role)s was granted %(project)s: %(level)s.") % {**names, "level": level},
        )
        return after_change(request)
    return _moved_on(request, form)


def _moved_on(request: ProjectRequest, form: ActionForm) -> HttpResponse | None:
    """The page anew where another was quicker: its form says what was before."""
    if not form.has_error(NON_FIELD_ERRORS, "changed"):
        return None
    messages.error(request, " ".join(map(str, form.non_field_errors())))
    return redirect(request.get_full_path())
