"""Passkeys: making one, signing in with one alone, and what browsers are asked to sign (static/js/passkeys.js)."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires_proof
from accounts.actions import add_passkey, identify_by_passkey
from accounts.entrance.stages import HalfSignedInRequest, half_signed_in, note_factor, sign_in_page, sign_in_with_both
from accounts.factors import passkeys
from accounts.factors.passkeys import Challenge, Options, Purpose
from accounts.forms.passkeys import PasskeyForm
from accounts.limits import use_up
from accounts.models import Passkey, User
from accounts.requests import UserRequest
from accounts.views.backup_codes import after_enrolment
from audit.actors import Actor
from console.origin import OriginRequest
from console.refusal import Refused
from console.views import too_many_requests


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def create(request: UserRequest) -> HttpResponse:
    """Make a passkey for the account, on this device or another."""
    form = PasskeyForm(request.POST or None)
    challenge = passkeys.take(request.session, Purpose.REGISTRATION) if form.is_bound else None
    if passkey := form.run(add_passkey, user=request.user, challenge=challenge, by=request.actor):
        note_factor(request, passkey)
        messages.success(request, _welcome(passkey))
        return redirect(after_enrolment(request))
    return render(request, "accounts/passkeys/new.html", {"form": form})


def _welcome(passkey: Passkey) -> str:
    if passkey.opens_alone:
        return _("%s is added. You can sign in with this passkey alone.") % passkey.name
    return _("%s is added. You can use this passkey after your password.") % passkey.name


@require_POST
@requires_proof
def creation_challenge(request: UserRequest) -> HttpResponse:
    """What a browser needs to make a passkey for whoever is signed in."""
    return _answer(request, Purpose.REGISTRATION, passkeys.registration_options(request.user))


@never_cache
@require_POST
def sign_in(request: OriginRequest) -> HttpResponse:
    """Sign in with a passkey and nothing else; its device has checked who holds it."""
    if request.user.is_authenticated:
        return redirect("/")
    if not use_up("passkey", request=request):
        return too_many_requests(request)
    challenge = passkeys.take(request.session, Purpose.SIGN_IN)
    answer = request.POST.get("answer", "")
    try:
        passkey = identify_by_passkey(answer=answer, challenge=challenge, by=Actor.visitor(request.origin))
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return redirect(sign_in_page(request))
    return sign_in_with_both(request, passkey)


@require_POST
def sign_in_challenge(request: OriginRequest) -> HttpResponse:
    """What a browser needs to let a visitor choose a passkey: takes no address, and says nothing of accounts."""
    if not use_up("passkey", request=request):
        return JsonResponse({}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return _answer(request, Purpose.SIGN_IN, passkeys.sign_in_options())


@require_POST
def factor_challenge(request: HttpRequest) -> HttpResponse:
    """What a browser needs to use one of the passkeys of whoever is signed in, or half signed in."""
    if request.user.is_authenticated:
        return _for_factor(request, request.user)
    return _half_signed_in_challenge(request)


@half_signed_in
def _half_signed_in_challenge(request: HalfSignedInRequest) -> HttpResponse:
    return _for_factor(request, request.half_user)


def _for_factor(request: HttpRequest, user: User) -> HttpResponse:
    return _answer(request, Purpose.FACTOR, passkeys.factor_options(user))


def _answer(request: HttpRequest, purpose: Purpose, asked: tuple[Options, Challenge]) -> HttpResponse:
    options, challenge = asked
    passkeys.keep(request.session, purpose, challenge)
    response = JsonResponse(options)
    response.headers["Cache-Control"] = "private, no-store"
    return response
