"""The catalogue, the request of a service, and its page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Min, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from console.refusal import Refused
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.actions.allowances import check_room_for_service
from projects.actions.services import request_service
from projects.actions.services.verbs import check_project
from projects.forms.services import RequestForm
from projects.models import ServiceKind
from projects.models.operation import Verb
from projects.requests import ProjectRequest
from projects.views.pages import about, way_to_more
from projects.views.service_page import context_of, service_of


@require_safe
@requires_in_project(Permission.START_SERVICES)
def catalogue(request: ProjectRequest) -> HttpResponse:
    """What can be requested in the region of the project, each with what the smallest of it costs; or why nothing."""
    if why := _why_none(request):
        context = {**about(request), "why": why, "way_to_more": way_to_more(request)}
        return render(request, "projects/services/none.html", context)
    least = Min("sizes__price", filter=Q(sizes__is_offered=True))
    kinds = ServiceKind.objects.offered_in(request.project.region).annotate(least_price=least)
    return render(request, "projects/services/catalogue.html", {**about(request), "kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.START_SERVICES)
def create(request: ProjectRequest, kind: str) -> HttpResponse:
    """Request a service of a kind: its name, its size, and what the kind asks for."""
    wanted = get_object_or_404(ServiceKind.objects.offered_in(request.project.region), key=kind)
    if request.method != "POST" and _why_none(request):
        return redirect("projects:service_new", request.organization.slug, request.project.slug)
    form = RequestForm(request.POST or None, kind=wanted)
    if service := form.run(request_service, project=request.project, kind=wanted, by=request.actor):
        messages.success(request, _("%s is requested. This page says how far it is.") % service.name)
        return redirect("projects:service", request.organization.slug, request.project.slug, service.pk)
    if form.has_error(NON_FIELD_ERRORS, "gone"):
        messages.error(request, " ".join(map(str, form.non_field_errors())))
        return redirect("projects:projects", request.organization.slug)
    return render(request, "projects/services/new.html", {**about(request), "kind": wanted, "form": form})


def _why_none(request: ProjectRequest) -> str:
    """Why no service can be requested in the project at all; empty where one can. The action checks again."""
    try:
        check_project(Verb.CREATE, request.project)
        check_room_for_service(request.organization)
    except Refused as refusal:
        return " ".join(refusal.messages)
    return ""


@require_safe
@requires_in_project(Permission.VIEW_PROJECTS)
def detail(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """A service: how it is, what can be done with it, what it came with, and what happened to it."""
    context = context_of(request, service_of(request, pk))
    return render(request, "projects/services/service.html", context)


@require_safe
@requires_in_project(Permission.VIEW_PROJECTS)
@never_cache
def timeline(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """What of the page changes by itself. ``seen``: the version that the asking page shows; nothing where it is that.

    Whoever is led here by an error, or without a script, is led on to the page.
    """
    service = service_of(request, pk)
    if not request.htmx:
        return redirect("projects:service", request.organization.slug, request.project.slug, service.pk)
    context: dict[str, Any] = context_of(request, service)
    progress = context["progress"]
    if request.GET.get("seen") == progress.version:
        response = HttpResponse(status=204)
    else:
        context["was_said"] = request.GET.get("said") == progress.said
        response = render(request, "projects/services/_live.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
