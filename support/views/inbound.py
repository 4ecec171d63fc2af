"""The hook to which a mail provider hands over what people answer to our mails."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from console.refusal import Refused
from console.webhooks import NotSigned, verify
from support.actions.arriving import Arrived
from support.actions.inbound import take_in
from support.reply_addresses import is_configured

# Bytes: what providers let a mail have, as base64.
LONGEST = 30 * 1024 * 1024


@csrf_exempt
@require_POST
def inbound_mail(request: HttpRequest) -> HttpResponse:
    """Take a signed mail in, and say what became of it; not found where nothing comes in by mail.

    The same mail again gets the same answer, and is not taken twice. What cannot be stored now is to be handed over
    again (503).
    """
    if not is_configured():
        raise Http404
    body = _body(request)
    if body is None:
        return JsonResponse({"error": "A mail has at most 30 MB."}, status=413)
    try:
        verify(settings.INBOUND_MAIL_SECRET, headers=request.headers, body=body, now=timezone.now())
    except NotSigned:
        return JsonResponse({"error": "The signature is missing, wrong, or too old."}, status=401)
    try:
        mail = Arrived.read(json.loads(body), handed_over_as=request.headers["webhook-id"])
    except (ValueError, RecursionError):
        return JsonResponse({"error": "Not a mail: see the operator's guide."}, status=400)
    try:
        return JsonResponse({"outcome": take_in(mail).outcome})
    except Refused:
        return JsonResponse({"error": "It cannot be stored now. Hand it over again."}, status=503)


def _body(request: HttpRequest) -> bytes | None:
    """What was sent; None for more than we read. Not by ``request.body``, which has the limit of a page's forms."""
    try:
        announced = int(request.headers.get("content-length") or 0)
    except ValueError:
        return None
    if announced > LONGEST:
        return None
    body = request.read(LONGEST + 1)
    return body if len(body) <= LONGEST else None
