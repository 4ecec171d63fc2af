"""Which cookies a browser takes: the page for everybody, and the choice that it and the greeting post."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import choose_cookies
from accounts.cookies import choice_of, choose, keep, necessary, optional
from accounts.requests import UserRequest
from console.paths import is_own_path


@require_safe
def index(request: UserRequest) -> HttpResponse:
    """What there is, by category, and the choice."""
    choice = choice_of(request)
    context = {
        "necessary": necessary(),
        "categories": [(category, choice.allows(category.key)) for category in optional()],
        "back": _back(request.GET.get("next", "")),
    }
    return render(request, "accounts/cookies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choice(request: UserRequest) -> HttpResponse:
    """Keep a choice: `choice` says all or necessary, else `allow` names the categories; then go back to ``next``."""
    if request.method != "POST":
        return redirect("cookies")
    categories = [category.key for category in optional()]
    chosen = {"all": categories, "necessary": []}.get(request.POST.get("choice", ""), request.POST.getlist("allow"))
    made = choose(chosen)
    if request.user.is_authenticated:
        choose_cookies(user=request.user, answers=made.answers, by=request.actor)
    messages.success(request, _("Your choice of cookies is saved."))
    response = redirect(_back(request.POST.get("next", "")) or reverse("cookies"))
    keep(response, made)
    return response


def _back(address: str) -> str:
    """A page of ours, or nothing."""
    return address if is_own_path(address) else ""
