"""The export of an organization: have it made, see how far that is, fetch it."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof, requires_proof_to_change
from accounts.proof import is_fresh
from console.attempts import attempt
from console.fragments import render_fragment
from organizations.access import requires
from organizations.actions import note_organization_download, request_organization_export
from organizations.models import OrganizationExport
from organizations.requests import OrgRequest
from organizations.roles import Permission

# The last few exports; three a day are possible, and files stay for one.
SHOWN = 5


@require_safe
@requires(Permission.EXPORT_ORGANIZATION)
def index(request: OrgRequest) -> HttpResponse:
    """The exports of the last days; while one is made, its card asks how far it is."""
    exports = list(request.organization.exports.select_related("requested_by").order_by("-created_at")[:SHOWN])
    context = {
        "exports": exports,
        "is_running": any(export.is_waiting for export in exports),
        "is_proven": is_fresh(request),
    }
    page, fragment = "organizations/export/index.html", "organizations/export/_exports.html"
    return render_fragment(request, page, fragment, "exports", context)


@require_POST
@requires(Permission.EXPORT_ORGANIZATION)
@requires_proof_to_change
def create(request: OrgRequest) -> HttpResponse:
    """Have the organization exported."""
    attempt(request, request_organization_export, "", organization=request.organization, by=request.actor)
    return redirect("organizations:settings_export", request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT_ORGANIZATION)
@requires_proof
def prove(request: OrgRequest) -> HttpResponse:
    """Say who one is, and come back to a page whose files can be fetched: a download shows no page of its own."""
    return redirect("organizations:settings_export", request.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EXPORT_ORGANIZATION)
def download(request: OrgRequest, pk: UUID) -> HttpResponse:
    """The file of an export of this organization, while it is there."""
    # Before anybody is asked who they are: what is not there, or somebody else's, takes no proof.
    return _send(request, get_object_or_404(request.organization.exports, pk=pk))


@requires_proof
def _send(request: OrgRequest, export: OrganizationExport) -> HttpResponse:
    page = redirect("organizations:settings_export", request.organization.slug)
    file = export.open()
    if file is None:
        messages.error(request, _("This file is no longer there. Export the organization again."))
        return page
    if not attempt(request, note_organization_download, "", export=export, by=request.actor):
        file.close()
        return page
    name = f"{request.organization.slug}-{timezone.localdate(export.created_at)}.zip"
    # A response of a file is one to Django, but not to its types.
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")  # type: ignore[return-value]
