"""The storage engines of an organization: the list, one of them, and what is done with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from console.refusal import Refused
from infrastructure.actions.engine_checks import check_engine_now
from infrastructure.actions.engines import remove_engine, set_default_engine
from infrastructure.engine_rows import ORDERS, Selection, rows_of, time_lines
from infrastructure.models import StorageEngine
from infrastructure.models.engine import Kind, Stage
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask
from projects.models import Project
from projects.models.project import State

# Projects that the page of an engine names.
SHOWN = 20


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def index(request: OrgRequest) -> HttpResponse:
    """The engines: search, filter, sort, pages."""
    selection = Selection.of(request.organization, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="name")
    context = {
        **selection.context,
        "page": page,
        "rows": rows_of(page.rows),
        "is_empty": not page.rows and not selection.context["is_narrowed"],
    }
    return render_fragment(
        request, "infrastructure/engines/index.html", "infrastructure/engines/_list.html", "engines", context
    )


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """An engine: whether it works and did, where it is, and which projects keep their data there."""
    engine = engine_at(request, pk)
    linked = Project.objects.filter(engine_link__engine=engine).exclude(state=State.DELETING)
    seen = linked.visible_to(request.actor).order_by("sort_name", "id")
    projects = list(seen.values("name", "slug")[:SHOWN])
    hours, days = time_lines(engine)
    context = {
        "engine": engine,
        "kind_label": Kind(engine.kind).label,
        "stage_label": Stage(engine.problem_stage).label if engine.problem_stage else "",
        "projects": projects,
        "more": linked.count() - len(projects),
        "hours": hours,
        "days": days,
    }
    return render(request, "infrastructure/engines/engine.html", context)


@require_POST
@requires(Permission.MANAGE_INFRASTRUCTURE)
def check(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Connect to it now, and say what came of it."""
    engine = engine_at(request, pk)
    try:
        finding = check_engine_now(engine=engine, by=request.actor)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        if finding.is_fine:
            messages.success(request, _("%s works.") % engine.name)
        else:
            messages.error(
                request, _("%(engine)s does not work: %(why)s") % {"engine": engine.name, "why": finding.said}
            )
    return _page(request, engine)


@require_POST
@requires(Permission.MANAGE_INFRASTRUCTURE)
def default(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Make it the default."""
    engine = engine_at(request, pk)
    done = _("%s is the default now.") % engine.name
    attempt(request, set_default_engine, done, engine=engine, by=request.actor)
    return _page(request, engine)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_INFRASTRUCTURE)
def removal(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Remove it: the question, and the POST that does it."""
    engine = engine_at(request, pk)
    if request.method == "POST":
        if attempt(request, remove_engine, _("%s is removed.") % engine.name, engine=engine, by=request.actor):
            return redirect("infrastructure:engines", request.organization.slug)
        return _page(request, engine)
    question = Question(
        title=_("Remove %s?") % engine.name,
        text=_("Its secret is forgotten, and no project can use it any more. What is stored there stays there."),
        submit=_("Remove"),
        cancel=_("Cancel"),
        back=reverse("infrastructure:engine", args=[request.organization.slug, engine.pk]),
    )
    return ask(request, question)


def engine_at(request: OrgRequest, pk: UUID) -> StorageEngine:
    """The engine of that id in the organization of the request. Raises Http404 where there is none."""
    engine = get_object_or_404(
        StorageEngine.objects.select_related("created_by"), organization=request.organization, pk=pk
    )
    engine.organization = request.organization
    return engine


def _page(request: OrgRequest, engine: StorageEngine) -> HttpResponse:
    return redirect("infrastructure:engine", request.organization.slug, engine.pk)
