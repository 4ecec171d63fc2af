"""Sent twice, done once: what `Idempotency-Key` asks for (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.api.parsing import body_of
from console.api.problems import Problem
from console.sealing import seal, unseal
from organizations.api.requests import KeyRequest
from organizations.models import IdempotentRequest
from organizations.models.idempotent_request import KEPT, PURPOSE

HEADER = "Idempotency-Key"
LONGEST = 255


def once(request: KeyRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of ``run``, or, to a request sent before with the same key, the answer that it got then.

    Only what was done is kept: after a refusal the same key may be sent again, corrected; what fails on the way leaves
    nothing at all. Who sends it again while the first is still at it waits for that. A key of 24 hours ago is a new
    one. Raises Problem for the same key with another request.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return run()
    if not (0 < len(given) <= LONGEST and given.isascii() and given.isprintable()):
        raise Problem(
            HTTPStatus.BAD_REQUEST,
            "idempotency-key",
            _("An Idempotency-Key has 1 to %d printable characters.") % LONGEST,
        )
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        kept = _begin(request, given, fingerprint)
        if kept.status:
            return _again(kept, fingerprint)
        response = run()
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # Not rolled back: the log says what was refused.
            kept.delete()
        else:
            kept.status, kept.body = response.status_code, seal(response.content.decode(), purpose=PURPOSE)
            kept.headers = dict(response.headers)
            kept.save(update_fields=["status", "body", "headers"])
        return response


def _begin(request: KeyRequest, given: str, fingerprint: str) -> IdempotentRequest:
    """A new row, or that of the request that was done with this key; waits for who writes the same."""
    rows = IdempotentRequest.objects.filter(key=request.key, idempotency_key=given)
    rows.filter(created_at__lte=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(key=request.key, idempotency_key=given, fingerprint=fingerprint)
    except IntegrityError:
        return rows.get()


def _again(kept: IdempotentRequest, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            _("This Idempotency-Key was sent before, with another request. Send a new one."),
        )
    response = HttpResponse(unseal(kept.body, purpose=PURPOSE), status=kept.status, headers=kept.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(request: KeyRequest) -> str:
    said = b"\n".join([str(request.method).encode(), request.get_full_path().encode(), body_of(request)])
    return hashlib.sha256(said).hexdigest()
