"""The end of my account."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import requires_proof
from accounts.actions import close_account
from accounts.forms.deletion import DeletionForm
from accounts.requests import UserRequest
from console.registry import registry


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def index(request: UserRequest) -> HttpResponse:
    """What goes and what stays, what apps above have against it, and the form that does it."""
    form = DeletionForm(request.POST or None, user=request.user)
    if form.run(close_account, user=request.user, by=request.actor):
        return _leave(request)
    cards = registry.cards_of("deletion", request)
    return render(request, "accounts/deletion.html", {"form": form, "cards": cards})


@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """Says that it is done, to whoever is signed out by it."""
    return render(request, "accounts/gone.html")


def _leave(request: UserRequest) -> HttpResponse:
    # Not logout(), which would record who leaves.
    request.session.flush()
    request.user = AnonymousUser()  # type: ignore[assignment] # nobody from here on
    response = redirect("accounts:gone")
    # What the browser has kept of the account's pages (ASVS 14.3.1).
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
