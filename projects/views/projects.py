"""The projects of an organization, and the page of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from console.refusal import Refused
from console.registry import registry
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.actions.allowances import check_room_for_project
from projects.actions.projects import create_project
from projects.forms.projects import CreationForm
from projects.project_rows import ORDERS, Row, Selection, rows_of
from projects.requests import ProjectRequest
from projects.views.pages import about, way_to_more
from projects.views.service_rows import numbers_of, services_of


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def index(request: OrgRequest) -> HttpResponse:
    """The projects that the reader may know of: search, filter, sort, pages."""
    selection = Selection.of(request.actor, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="name")
    context = {
        **selection.context,
        "page": page,
        "rows": [_shown(row) for row in rows_of(page.rows)],
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(request, "projects/index.html", "projects/_list.html", "projects", context)


def _shown(row: Row) -> Row:
    """A row of the list; the file says each state by itself, the list how the services are."""
    return {**row, "services": numbers_of({state: number for state, _label, number in row["services"]})}


@require_safe
@requires(Permission.VIEW_ORGANIZATION)
def export(request: OrgRequest) -> HttpResponseBase:
    """The projects as a file: what the same search and filters find."""
    selection = Selection.of(request.actor, request.GET)
    columns = {
        "name": _("Name"),
        "slug": _("Address"),
        "description": _("Description"),
        "state_label": _("State"),
        "region": _("Region"),
        "visibility_label": _("Visible to"),
        "tags": _("Tags"),
        "services": _("Services"),
        "created_at": _("Created"),
        "changed_at": _("Changed"),
        "ends_at": _("Gone for good"),
    }
    batches = selection.batches(request.membership) if request.method == "GET" else iter(())
    rows = ([_cell(row[name]) for name in columns] for batch in batches for row in batch)
    return csv_response(f"projects-{request.organization.slug}", list(columns.values()), rows)


def _cell(value: object) -> object:
    """A value of a row; tags one after the other, and services as *2 running, 1 stopped*."""
    if not isinstance(value, list):
        return value
    return ", ".join(one if isinstance(one, str) else f"{one[2]} {one[1]}" for one in value)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CREATE_PROJECTS)
def create(request: OrgRequest) -> HttpResponse:
    """Make a project; where there can be no more, the way to more."""
    form = CreationForm(request.POST or None, organization=request.organization)
    if project := form.run(create_project, organization=request.organization, by=request.actor):
        messages.success(request, _("%s is ready.") % project.name)
        return redirect("projects:project", request.organization.slug, project.slug)
    full = _why_full(request)
    context = {"form": form, "full": full, "way_to_more": way_to_more(request) if full else None}
    return render(request, "projects/new.html", context)


def _why_full(request: OrgRequest) -> str:
    """Why there can be no more projects here; empty where there can."""
    try:
        check_room_for_project(request.organization)
    except Refused as refusal:
        return " ".join(refusal.messages)
    return ""


@require_safe
@requires_in_project(Permission.VIEW_PROJECTS)
def overview(request: ProjectRequest) -> HttpResponse:
    """A project and what runs there."""
    context = {
        **about(request),
        "services": services_of(request),
        "tags": _tags(request),
        "cards": registry.cards_of("project", request),
    }
    return render(request, "projects/overview.html", context)


def _tags(request: ProjectRequest) -> list[str]:
    return list(request.project.tags.order_by("name").values_list("name", flat=True))
