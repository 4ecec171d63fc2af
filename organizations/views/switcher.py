"""The switcher's search, for who is in more organizations than it lists."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from organizations.context import LAST_CONTEXT
from organizations.requests import UserRequest
from organizations.switcher import entries_named


@require_safe
@login_required
def search(request: UserRequest) -> HttpResponse:
    """The entries that have what is typed (``q``), for htmx; without it, the page that lists all."""
    if not request.headers.get("HX-Request"):
        return redirect("organizations:mine")
    entries = entries_named(request.user, request.GET.get("q", ""))
    here = request.session.get(LAST_CONTEXT)
    return render(request, "organizations/_switcher_entries.html", {"entries": entries, "here": here})
