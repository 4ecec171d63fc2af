"""Where one begins after signing in: the form is a card of the preferences page (organizations.cards)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.attempts import attempt
from organizations.actions import choose_landing
from organizations.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose(request: UserRequest) -> HttpResponse:
    """Keep the choice; who only comes to the address is shown the card."""
    if request.method == "POST":
        done = _("Your choice is saved.")
        chosen = request.POST.get("landing", "")
        attempt(request, choose_landing, done, user=request.user, landing=chosen, by=request.actor)
    return redirect(f"{reverse('accounts:preferences')}#landing")
