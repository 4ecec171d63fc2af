"""Confirming who one is by signing in at a provider again, for who has no password (ASVS 7.5.1).

The page that asks carries what the person was doing. It waits in the session while they are at the provider; back from
there they see that it is about to go on, and go on.
"""

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.providers import identifying_providers
from accounts.providers.adapter import PROOF, set_out
from accounts.providers.proofs import Errand, keep
from accounts.requests import UserRequest
from console.paths import is_own_path


@require_POST
@login_required
def begin(request: UserRequest, provider_id: str) -> HttpResponse:
    """Go to a linked provider to be asked there; ``carried`` and ``address`` are what the asking page holds."""
    if provider_id not in {provider.id for provider in identifying_providers(request.user)}:
        raise Http404
    address = request.POST.get("address", "")
    if not is_own_path(address):
        return redirect("accounts:security")
    keep(request, carried=request.POST.get("carried", ""), address=address)
    return set_out(request, provider_id, PROOF, user=request.user)


@never_cache
@require_safe
@login_required
def go_on(request: UserRequest) -> HttpResponse:
    """Back from the provider: a form that goes on where the person was."""
    errand = Errand.of(request)
    if errand is None or not errand.is_proven:
        return redirect("accounts:security")
    return render(request, "accounts/provider_proof.html", asdict(errand))
