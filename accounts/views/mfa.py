"""Multi-factor authentication: what a user has, and what can be added, named and removed (text 002, section 2.4)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_otp.models import Device

from accounts.access import requires_new_proof, requires_proof
from accounts.actions import remove_factor, rename_factor
from accounts.factors import factors_of, find_factor, has_second_factor, kind_of, kinds_to_add
from accounts.forms.authenticators import FactorNameForm
from accounts.models import BackupCodes
from accounts.models.backup_codes import FEW
from accounts.proof import is_verified
from accounts.requests import UserRequest
from console.fragments import render_fragment
from console.paths import is_own_path
from console.refusal import Refused
from console.registry import registry


def card(request: UserRequest) -> dict[str, Any]:
    """What the security page shows: whether it is on, and by what."""
    is_protected = has_second_factor(request.user)
    return {
        "is_protected": is_protected,
        "factors": factors_of(request.user),
        "kinds_to_add": kinds_to_add(is_protected=is_protected),
        "backup_codes": BackupCodes.objects.filter(user=request.user).first(),
        "few_codes": FEW,
    }


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """All factors, with what can be done to each."""
    return render(request, "accounts/mfa/index.html", {**card(request), "cards": registry.cards_of("mfa", request)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires_proof
def name(request: UserRequest, kind: str, pk: UUID) -> HttpResponse:
    """Call a factor something else."""
    factor = _factor(request, kind, pk)
    form = FactorNameForm(request.POST or None, initial={"name": factor.name})
    if renamed := form.run(rename_factor, user=request.user, factor=factor, by=request.actor):
        messages.success(request, _("It is called %s now.") % renamed.name)
        return redirect("accounts:security_mfa")
    return render(request, "accounts/mfa/name.html", {"form": form, "factor": factor})


@require_http_methods(["GET", "HEAD", "POST"])
@requires_new_proof
def removal(request: UserRequest, kind: str, pk: UUID) -> HttpResponse:
    """Ask, and remove a factor; what proves it is a factor, however fresh the last proof is."""
    factor = _factor(request, kind, pk)
    if request.method == "POST":
        return _remove(request, factor)
    others = [other for of_kind, other in factors_of(request.user) if of_kind.is_primary and other != factor]
    context = {
        "factor": factor,
        "label": kind_of(factor).label,
        "is_last": not others,
        "cards": [] if others else registry.cards_of("factor-removal", request),
    }
    page, fragment = "accounts/mfa/removal.html", "accounts/mfa/_removal.html"
    return render_fragment(request, page, fragment, "dialog", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def verification(request: UserRequest) -> HttpResponse:
    """Where the admin sends staff whose session has proven no second factor: to prove it, or to set one up."""
    if not has_second_factor(request.user):
        messages.warning(request, _("The admin takes a second factor. Set one up first, then open the admin again."))
        return redirect("accounts:security_mfa")
    return _prove(request)


@requires_proof
def _prove(request: UserRequest) -> HttpResponse:
    address = request.GET.get("next", "")
    return redirect(address if is_own_path(address) and is_verified(request) else "/")


def _remove(request: UserRequest, factor: Device) -> HttpResponse:
    try:
        is_protected = remove_factor(user=request.user, factor=factor, by=request.actor)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("accounts:security_mfa")
    if is_protected:
        messages.success(request, _("%s is removed.") % factor.name)
    else:
        messages.warning(request, _("Multi-factor authentication is off."))
    return redirect("accounts:security_mfa")


def _factor(request: UserRequest, kind: str, pk: UUID) -> Device:
    factor = find_factor(request.user, kind, pk)
    if factor is None:
        raise Http404
    return factor
