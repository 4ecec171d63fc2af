"""My data: have it collected, see how far that is, fetch it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import requires_proof
from accounts.actions import note_download, request_export
from accounts.models import DataExport
from accounts.proof import is_fresh
from accounts.requests import UserRequest
from console.attempts import attempt
from console.fragments import render_fragment

# The last few exports; three a day are possible, and files stay for one.
SHOWN = 5


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """The exports of the last days; while one is made, its card asks how far it is."""
    exports = list(DataExport.objects.filter(user=request.user).order_by("-created_at")[:SHOWN])
    context = {
        "exports": exports,
        "is_running": any(export.is_waiting for export in exports),
        "is_proven": is_fresh(request),
    }
    return render_fragment(request, "accounts/data.html", "accounts/_exports.html", "exports", context)


@require_POST
@login_required
def create(request: UserRequest) -> HttpResponse:
    """Have my data collected."""
    attempt(request, request_export, "", user=request.user, by=request.actor)
    return redirect("accounts:preferences_data")


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def prove(_request: UserRequest) -> HttpResponse:
    """Say who one is, and come back to a page whose files can be fetched: a download shows no page of its own."""
    return redirect("accounts:preferences_data")


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def download(request: UserRequest, pk: UUID) -> HttpResponse:
    """The file of one of my exports, while it is there."""
    export = get_object_or_404(DataExport, pk=pk, user=request.user)
    file = export.open()
    if file is None:
        messages.error(request, _("This file is no longer there. Export your data again."))
        return redirect("accounts:preferences_data")
    note_download(export=export, by=request.actor)
    name = f"{slugify(settings.BRAND_NAME) or 'my'}-data-{timezone.localdate(export.created_at)}.zip"
    # A response of a file is one to Django, but not to its types.
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")  # type: ignore[return-value]
