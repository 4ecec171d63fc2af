"""The certificates of an organization."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def index(request: OrgRequest) -> HttpResponse:
    """Show them."""
    return render(request, "infrastructure/certificates/index.html", {})
