"""The password: its card on the security page, its own page, and how strong one is that is being typed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits
from accounts.access import requires_proof
from accounts.actions import change_password, set_password
from accounts.factors import has_second_factor
from accounts.forms.passwords import FirstPasswordForm, PasswordForm
from accounts.passwords.strength import LOOKED_AT, known_of, known_of_user, strength_of
from accounts.requests import UserRequest
from console.origin import OriginRequest


def card(request: UserRequest) -> dict[str, Any]:
    """The form, for who has a password; who has none is led to the page that sets one."""
    has_password = request.user.has_usable_password()
    return {"password_form": PasswordForm(user=request.user) if has_password else None}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def index(request: UserRequest) -> HttpResponse:
    """Change the password (text 002, section 2.1), or set the first one.

    The present password is the proof of who has no second factor (ASVS 7.5.1).
    """
    if not request.user.has_usable_password():
        return _set(request)
    return _prove_and_change(request) if has_second_factor(request.user) else _change(request)


@sensitive_post_parameters()
@never_cache
@require_POST
def strength(request: OriginRequest) -> HttpResponse:
    """How strong the password is that is being typed, for visitors too; nothing of it is kept."""
    if not limits.use_up("password_strength", request=request):
        return HttpResponse(status=429)
    password = request.POST.get("password1", "")[:LOOKED_AT]
    if not password:
        return HttpResponse()
    about = known_of_user(request.user) if request.user.is_authenticated else known_of(request.POST.get("email", ""))
    return render(request, "accounts/_strength.html", {"strength": strength_of(password, about)})


def _change(request: UserRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    keep = request.session.session_key
    if user := form.run(change_password, user=request.user, keep=keep, by=request.actor):
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. All other sessions have ended."))
        return redirect("accounts:security")
    return render(request, "accounts/security/password.html", {"form": form})


_prove_and_change = requires_proof(_change)


@requires_proof
def _set(request: UserRequest) -> HttpResponse:
    form = FirstPasswordForm(request.POST or None, user=request.user)
    if user := form.run(set_password, user=request.user, keep=request.session.session_key, by=request.actor):
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is set. All other sessions have ended."))
        return redirect("accounts:security")
    return render(request, "accounts/security/password_first.html", {"form": form})
