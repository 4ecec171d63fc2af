"""Asking for a recovery on the way in, and cancelling it with a mailed link."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import requires_first_factor
from accounts.actions import ask_recovery, cancel_recovery
from accounts.entrance.stages import HalfSignedInRequest, half_signed_in
from accounts.letters.recovery import recovery_of
from accounts.models import Recovery, User
from accounts.models.recovery import WAIT
from accounts.requests import UserRequest, actor_of
from audit.actors import Actor
from console.attempts import attempt
from console.origin import OriginRequest


@require_http_methods(["GET", "HEAD", "POST"])
@half_signed_in
def ask(request: HalfSignedInRequest) -> HttpResponse:
    """Say what a recovery does; ask for it. It opens nothing now: the sign-in waits as before."""
    return _ask(request, request.half_user, back=reverse("account_second_factor"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires_first_factor
def ask_inside(request: UserRequest) -> HttpResponse:
    """The same for who is in by a trusted browser, or by a session of before, and is asked for a factor there.

    Asking takes the first factor: a browser that was left open is not enough.
    """
    return _ask(request, request.user, back=reverse("accounts:security_mfa"))


def _ask(request: OriginRequest, user: User, *, back: str) -> HttpResponse:
    if request.method == "POST":
        attempt(request, ask_recovery, "", user=user, by=actor_of(request, user))
        return redirect(request.path)
    waiting = Recovery.objects.waiting().filter(user=user).first()
    context = {"waiting": waiting, "hours": int(WAIT.total_seconds()) // 3600, "back": back}
    return render(request, "accounts/recovery/ask.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: OriginRequest, token: str) -> HttpResponse:
    """The page that a mail opens: only its POST cancels, since programs look at links, too."""
    recovery = recovery_of(token)
    if request.method == "POST" and recovery is not None:
        done = _("The request is cancelled. Your second factors stay.")
        attempt(request, cancel_recovery, done, recovery=recovery, by=Actor.visitor(request.origin))
        return redirect(request.get_full_path())
    return render(request, "accounts/recovery/cancel.html", {"recovery": recovery})
