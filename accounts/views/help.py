"""Help: the ways to get it, and the guide to multi-factor authentication. Open to everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.registry import registry
from outbox import gateways


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where help is to be had (PRODUCT, *Addresses*; text 002, *Need help?*)."""
    links = [(link, address) for link in registry.help if (address := link.address(request))]
    return render(request, "help/index.html", {"links": links})


@require_safe
def mfa(request: HttpRequest) -> HttpResponse:
    """The guide to multi-factor authentication (text 002, section 2.4)."""
    return render(request, "help/mfa.html", {"has_text_messages": gateways.is_configured()})
