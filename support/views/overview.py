"""Help for an organization, at a glance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
def overview(request: OrgRequest) -> HttpResponse:
    """Show what is asked, what was bought, and whom to ask."""
    return render(request, "support/overview.html", {})
