"""The hook to which a mail provider reports what came back."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from console.webhooks import NotSigned, verify
from outbox import bounces
from outbox.bounces import Report


@csrf_exempt
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a signed report in. The same answer whether or not the mail is known; not found without a secret."""
    if not settings.BOUNCE_HOOK_SECRET:
        raise Http404
    try:
        verify(settings.BOUNCE_HOOK_SECRET, headers=request.headers, body=request.body, now=timezone.now())
    except NotSigned:
        return JsonResponse({"error": "The signature is missing, wrong, or too old."}, status=401)
    try:
        report = Report.read(json.loads(request.body))
    except (ValueError, RecursionError):
        return JsonResponse({"error": "Not a report: see the operator's guide."}, status=400)
    bounces.take_in(report)
    return HttpResponse(status=204)
