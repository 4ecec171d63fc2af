"""Whether there may be more mail: the page behind a link in the mail. Looking changes nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from outbox.models import Suppression
from outbox.suppression import address_of, allow, is_suppressed, suppress

KIND = Suppression.Kind.INVITATIONS


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """See what is sent to an address, and, by POST, want no more of it.

    A mail program posts here for its reader, without a session (RFC 8058): the link is all that it needs, and the
    answer is no redirect.
    """
    address = address_of(token)
    if address and request.method == "POST":
        suppress(address, KIND)
    return _page(request, token, address)


@require_POST
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Want it again."""
    address = address_of(token)
    if address is None:
        return _page(request, token, None)
    allow(address, KIND)
    messages.success(request, _("Invitations to %s are mailed again.") % address)
    return redirect("mail:choice", token)


def _page(request: HttpRequest, token: str, address: str | None) -> HttpResponse:
    if address is None:
        return render(request, "outbox/choice.html", {"address": None}, status=404)
    context = {"address": address, "token": token, "is_suppressed": is_suppressed(address, KIND)}
    return render(request, "outbox/choice.html", context)
