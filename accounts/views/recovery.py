"""Asking for a recovery on the way in, and cancelling it with a mailed link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions import ask_recovery, cancel_recovery
from accounts.letters.recovery import recovery_of
from accounts.models import Recovery, User
from accounts.models.recovery import WAIT
from accounts.requests import UserRequest, actor_of
from accounts.stages import HalfSignedInRequest, half_signed_in
from audit.actors import Actor
from console.origin import OriginRequest
from console.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@half_signed_in
def ask(request: HalfSignedInRequest) -> HttpResponse:
    """Say what a recovery does; ask for it. It opens nothing now: the sign-in waits as before."""
    return _ask(request, request.half_user, back=reverse("account_second_factor"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask_inside(request: UserRequest) -> HttpResponse:
    """The same for who is in by a trusted browser, or by a session of before, and is asked for a factor there."""
    return _ask(request, request.user, back=reverse("accounts:security_mfa"))


def _ask(request: OriginRequest, user: User, *, back: str) -> HttpResponse:
    if request.method == "POST":
        try:
            ask_recovery(user=user, by=actor_of(request, user))
        except Refused as refusal:
            messages.error(request, refusal.messages[0])
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
        try:
            cancel_recovery(recovery=recovery, by=Actor.visitor(request.origin))
        except Refused as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("The request is cancelled. Your second factors stay."))
        return redirect(request.get_full_path())
    return render(request, "accounts/recovery/cancel.html", {"recovery": recovery})
