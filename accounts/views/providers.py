"""Signing in and up by a provider: setting out for it, and coming back."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.views import SignupView
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.providers import is_offered, provider_name
from accounts.providers.adapter import LOGIN, arrive, set_out
from accounts.requests import VisitorRequest
from console.views import too_many_requests


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: VisitorRequest, provider_id: str) -> HttpResponseBase:
    """Go to the provider to sign in or up: by POST only; a link leads to a page with the button (ATTACKS 6)."""
    if not is_offered(provider_id):
        raise Http404
    next_url = get_next_redirect_url(request) or ""
    if request.user.is_authenticated:
        return redirect(next_url or "/")
    if request.method != "POST":
        context = {"provider": provider_name(provider_id), "next": next_url}
        return render(request, "socialaccount/login.html", context)
    if not limits.use_up("provider", request=request):
        return too_many_requests(request)
    return set_out(request, provider_id, LOGIN, next_url=next_url)


@never_cache
@require_safe
def end(request: VisitorRequest, provider_id: str) -> HttpResponseBase:
    """Where the provider sends the browser back to."""
    if not is_offered(provider_id):
        raise Http404
    if not limits.use_up("provider", request=request):
        return too_many_requests(request)
    return arrive(request, provider_id)


@require_safe
def failure(request: VisitorRequest) -> HttpResponseBase:
    """What kept a provider from opening an account (``reason``), and the way on."""
    provider_id = request.GET.get("provider", "")
    if not is_offered(provider_id):
        raise Http404
    context = {
        "provider": provider_name(provider_id),
        "reason": request.GET.get("reason", ""),
        "next": get_next_redirect_url(request) or "",
    }
    return render(request, "socialaccount/authentication_error.html", context)


class GiveAddress(SignupView):
    """Asks for the address that the provider did not give."""

    def get_authenticated_redirect_url(self) -> str:
        """Where who is signed in already goes."""
        return "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the provider."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "provider": provider_name(self.sociallogin.account.provider)}
