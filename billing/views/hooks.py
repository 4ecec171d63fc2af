"""Where payment gateways tell us what has happened, by themselves."""

from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import gateways
from billing.actions.payments.events import take_message
from billing.gateways.base import Gateway, NotSigned, Unreachable

# Bytes; a message says what happened to one thing.
LARGEST: Final = 256 * 1024


@csrf_exempt
@require_POST
def gateway_hook(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take a message of a gateway in, and say whether it was kept.

    200 for what was kept, whatever it says: sent again it would say the same. 400 for what the gateway has not signed,
    503 where it could not be kept, so that the gateway sends it again. Nobody is signed in, and nobody counts how often
    a gateway calls: it must not be turned away.
    """
    sender = _configured(gateway)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"error": "The message is too large."}, status=413)
    try:
        take_message(sender, request.headers, request.body, now=timezone.now())
    except NotSigned:
        return JsonResponse({"error": "The signature is missing, wrong, or too old."}, status=400)
    except (Error, Unreachable):
        return JsonResponse({"error": "The message could not be kept. Send it again."}, status=503)
    return HttpResponse(status=200)


def _configured(key: str) -> Gateway:
    try:
        return gateways.named(key)
    except ImproperlyConfigured:
        raise Http404 from None
