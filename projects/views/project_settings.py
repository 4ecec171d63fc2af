"""The settings of a project: what it is called and who sees it, the archive, its end and its way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.attempts import attempt
from console.forms import ActionForm
from organizations.roles import Permission
from projects.access import requires_in_project
from projects.actions.projects import (
    archive_project,
    delete_project,
    edit_project,
    recover_project,
    restore_project,
)
from projects.actions.projects.states import UNDO_FOR, busy_services
from projects.forms.projects import DeletionForm, ProjectForm
from projects.requests import ProjectRequest
from projects.views.pages import about


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
def edit(request: ProjectRequest) -> HttpResponse:
    """Name, description, tags and who sees it; below it the way into the archive, and to the end."""
    project = request.project
    form = ProjectForm(request.POST or None, project=project)
    if form.run(edit_project, project=project, by=request.actor):
        messages.success(request, _("The settings are saved."))
        return redirect("projects:project_settings", request.organization.slug, project.slug)
    context = {**about(request), "form": form, "busy": busy_services(project), "days": UNDO_FOR.days}
    return render(request, "projects/settings.html", context)


@require_POST
@requires_in_project(Permission.MANAGE_PROJECTS)
def archiving(request: ProjectRequest) -> HttpResponse:
    """Put it into the archive."""
    done = _("%s is in the archive now.") % request.project.name
    attempt(request, archive_project, done, project=request.project, by=request.actor)
    return _back(request)


@require_POST
@requires_in_project(Permission.MANAGE_PROJECTS)
def restoration(request: ProjectRequest) -> HttpResponse:
    """Bring it back from the archive."""
    done = _("%s is back from the archive.") % request.project.name
    attempt(request, restore_project, done, project=request.project, by=request.actor)
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_in_project(Permission.MANAGE_PROJECTS)
def deletion(request: ProjectRequest) -> HttpResponse:
    """What will happen, and the name to type."""
    project = request.project
    form: ActionForm = DeletionForm(request.POST or None, project=project)
    if form.run(delete_project, project=project, by=request.actor):
        messages.success(
            request,
            _("%(name)s is being deleted. For %(days)s days you can undo that here.")
            % {"name": project.name, "days": UNDO_FOR.days},
        )
        return _overview(request)
    context = {
        **about(request),
        "form": form,
        "days": UNDO_FOR.days,
        "present": project.services.present().count(),
        "busy": busy_services(project),
    }
    return render(request, "projects/deletion.html", context)


@require_POST
@requires_in_project(Permission.MANAGE_PROJECTS)
def recovery(request: ProjectRequest) -> HttpResponse:
    """Undo the deletion."""
    done = _("%s is back. Its services stay stopped until you start them.") % request.project.name
    attempt(request, recover_project, done, project=request.project, by=request.actor)
    return _overview(request)


def _overview(request: ProjectRequest) -> HttpResponse:
    return redirect("projects:project", request.organization.slug, request.project.slug)


def _back(request: ProjectRequest) -> HttpResponse:
    return redirect("projects:project_settings", request.organization.slug, request.project.slug)
