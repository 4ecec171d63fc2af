"""Who may do what in a project, and why; granting it to people and roles, and taking it back."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from organizations.models import Membership, role_of
from organizations.models.counting import COUNTED
from organizations.roles import Permission
from organizations.views.answers import Question, ask
from projects.access import about_people, requires_in_project
from projects.actions.grants import revoke_person, revoke_role
from projects.levels import Level
from projects.models.grant import person_level
from projects.requests import ProjectRequest
from projects.views.access_rows import ORDERS, Ways, people, person_row, role_rows
from projects.views.pages import about


@require_safe
@requires_in_project(Permission.VIEW_PROJECTS)
@about_people
def index(request: ProjectRequest) -> HttpResponse:
    """The roles and people with access, and why; a search finds any member, also who has none."""
    project = request.project
    manages = Permission.MANAGE_PROJECTS in request.held
    grantable = project.grantable_by(request.actor) if manages else frozenset[Permission]()
    ways = Ways.into(project)
    term = request.GET.get("q", "").strip()
    page = paginate(people(project, term), request.GET, orders=ORDERS, default="name")
    context = {
        **about(request),
        "q": term,
        "page": page,
        "rows": [person_row(values, ways, grantable) for values in page.rows],
        # A script that asks for the people does not see them.
        "counted": COUNTED,
        "roles": role_rows(ways, grantable) if request.headers.get("HX-Target") != "people" else [],
    }
    return render_fragment(request, "projects/access/index.html", "projects/access/_people.html", "people", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
@about_people
def person_removal(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Take back what a member was granted by name: the question that says what is left, and the POST."""
    project = request.project
    membership = member_of(request, pk)
    names = {"name": membership.user.name, "project": project.name}
    if request.method == "POST":
        done = _("%(name)s has no grant in %(project)s any more.") % names
        attempt(
            request,
            revoke_person,
            done,
            project=project,
            membership=membership,
            was=request.GET.get("was"),
            by=request.actor,
        )
        return after_change(request)
    question = Question(
        title=_("Take the grant of %(name)s back?") % names,
        text=_what_is_lost(request, membership, person_level(project, membership.user_id)),
        submit=_("Take back"),
        cancel=_("Cancel"),
        back=_address(request),
    )
    return ask(request, question)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
@about_people
def role_removal(request: ProjectRequest, role: str) -> HttpResponse:
    """Take back what was granted to a role: the question, and the POST."""
    try:
        known = role_of(request.organization, role)
    except KeyError:
        raise Http404 from None
    names = {"role": str(known.label), "project": request.project.name}
    if request.method == "POST":
        done = _("Nothing is granted to the role %(role)s in %(project)s any more.") % names
        was = request.GET.get("was")
        attempt(request, revoke_role, done, project=request.project, role=known.key, was=was, by=request.actor)
        return after_change(request)
    question = Question(
        title=_("Take the grant of the role %(role)s back?") % names,
        text=_(
            "Everybody with the role loses what was granted to it in %(project)s. What the role allows anyway, and what"
            " people were granted by name, stays."
        )
        % names,
        submit=_("Take back"),
        cancel=_("Cancel"),
        back=_address(request),
    )
    return ask(request, question)


def member_of(request: ProjectRequest, pk: UUID | str) -> Membership:
    """The member of this organization with that id; raises Http404."""
    members = request.organization.memberships.current().select_related("user", "custom_role")
    membership = get_object_or_404(members, pk=pk)
    membership.organization = request.organization
    return membership


def after_change(request: ProjectRequest) -> HttpResponse:
    """The page of who has access; for who has just lost sight of the project, the list of those that they see."""
    if Permission.VIEW_PROJECTS in request.project.permissions_of(request.actor):
        return redirect(_address(request))
    return redirect("projects:projects", request.organization.slug)


def losses(request: ProjectRequest, membership: Membership, before: Level | None, after: Level | None) -> str:
    """What a member may no longer do with ``after`` in place of ``before``, in words; empty for nothing."""
    lost = Ways.into(request.project).lost(membership, before, after)
    return get_text_list([str(permission.label) for permission in lost], _("and"))


def _what_is_lost(request: ProjectRequest, membership: Membership, before: Level | None) -> str:
    lost = losses(request, membership, before, None)
    names = {"name": membership.user.name, "project": request.project.name, "lost": lost}
    if not lost:
        return _("What %(name)s may do in %(project)s stays the same: the role allows it, too.") % names
    if membership.user_id == request.user.pk:
        return _("In %(project)s you can no longer: %(lost)s.") % names
    return _("In %(project)s, %(name)s can no longer: %(lost)s.") % names


def _address(request: ProjectRequest) -> str:
    return reverse("projects:project_access", args=[request.organization.slug, request.project.slug])
