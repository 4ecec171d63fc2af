"""What is done with a service from its page. What is no longer possible says why there, and is no error."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires_proof
from console.attempts import attempt
from console.forms import ActionForm
from console.fragments import render_fragment
from console.refusal import Refused
from organizations.access import forbidden
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.actions.services import (
    delete_service,
    resize_service,
    retry_service,
    show_outputs,
    start_service,
    stop_service,
)
from projects.actions.services.verbs import NEEDS, check_possible, last_operation
from projects.forms.services import ServiceDeletionForm, SizeForm
from projects.models import Service
from projects.models.operation import Verb
from projects.requests import ProjectRequest
from projects.views.pages import about
from projects.views.service_page import service_of


@require_POST
@requires_in_project(Permission.START_SERVICES)
def start(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Start it."""
    return _do(request, pk, start_service)


@require_POST
@requires_in_project(Permission.OPERATE_SERVICES)
def stop(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Stop it. Nobody is asked: starting it undoes that."""
    return _do(request, pk, stop_service)


@require_POST
@requires_in_project(Permission.VIEW_PROJECTS)
def retry(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Ask again for what failed; that takes the permission for it."""
    last = last_operation(service_of(request, pk))
    needed = NEEDS[Verb(last.verb)] if last else Permission.OPERATE_SERVICES
    if needed not in request.held:
        return forbidden(request, needed, allowed=request.project.grantable_by(request.actor))
    return _do(request, pk, retry_service)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.START_SERVICES)
def resize(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Choose another size, with the difference in price."""
    service = service_of(request, pk)
    form = SizeForm(request.POST if request.method == "POST" else None, service=service)
    if form.run(resize_service, service=service, by=request.actor):
        messages.success(request, _("%s is being resized.") % service.name)
        return _back(request, service)
    if moved_on := _moved_on(request, form, service, Verb.RESIZE):
        return moved_on
    return render(request, "projects/services/size.html", {**about(request), "service": service, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.OPERATE_SERVICES)
def deletion(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Delete it for good: what will be lost, and its name to type. A script gets the question as a dialog."""
    service = service_of(request, pk)
    form = ServiceDeletionForm(request.POST if request.method == "POST" else None, service=service)
    if form.run(delete_service, service=service, by=request.actor):
        messages.success(request, _("%s is being deleted.") % service.name)
        return _back(request, service)
    if moved_on := _moved_on(request, form, service, Verb.DELETE):
        return moved_on
    page, fragment = "projects/services/deletion.html", "projects/services/_deletion.html"
    context = {**about(request), "service": service, "form": form, "doing": _doing(service)}
    return render_fragment(request, page, fragment, "dialog", context)


@require_POST
@requires_in_project(Permission.OPERATE_SERVICES)
@requires_proof
@never_cache
def outputs(request: ProjectRequest, pk: UUID) -> HttpResponse:
    """Show what it came with, secrets too. The answer to a POST, kept nowhere: what is shown once is seen once."""
    service = service_of(request, pk)
    try:
        found = show_outputs(service=service, by=request.actor)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _back(request, service)
    return render(request, "projects/services/outputs.html", {**about(request), "service": service, "found": found})


def _do(request: ProjectRequest, pk: UUID, action: Callable[..., object]) -> HttpResponse:
    """Do it; the page says what is being done, or why not."""
    service = service_of(request, pk)
    attempt(request, action, "", service=service, by=request.actor)
    return _back(request, service)


def _moved_on(request: ProjectRequest, form: ActionForm, service: Service, verb: Verb) -> HttpResponse | None:
    """Back to the page where that is not possible any more, which says why: somebody was quicker."""
    try:
        if form.has_error(NON_FIELD_ERRORS):
            raise form.errors.as_data()[NON_FIELD_ERRORS][0]
        if not form.is_bound:
            check_possible(verb, service)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _back(request, service)
    return None


def _doing(service: Service) -> Any:
    """What is being done with it at this moment, and would not come to its end; None where nothing is."""
    last = last_operation(service)
    return last if last and last.is_open else None


def _back(request: ProjectRequest, service: Service) -> HttpResponse:
    return redirect("projects:service", request.organization.slug, request.project.slug, service.pk)
