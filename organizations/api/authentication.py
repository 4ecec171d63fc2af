"""Who sends a request: one of three ways to show a key, each of which ends in the same checks."""

import base64
import binascii
import hmac
from http import HTTPStatus

from django.utils.translation import gettext as _

from console.api.problems import Problem
from console.origin import OriginRequest
from console.sealing import unseal
from organizations.models import ApiKey

SEALED_FOR = "organizations.api_key"


def authenticate(request: OriginRequest) -> ApiKey:
    """The key that a request came with, with its organization and holder; raises Problem (401) that says why not."""
    scheme, _space, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise _unauthorized("no-key", _("Send a key: Authorization: Basic, Bearer or EXO2-HMAC-SHA256."))
    try:
        access_id, _colon, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _unauthorized(
            "no-key", _("What follows Basic is the base64 of the key, a colon and its secret.")
        ) from None
    key = (
        ApiKey.objects.select_related(
            "organization", "membership__user", "membership__organization", "membership__custom_role"
        )
        .filter(access_id=access_id)
        .first()
    )
    if key is None or not key.secret or not hmac.compare_digest(unseal(key.secret, purpose=SEALED_FOR), secret):
        raise _unauthorized("wrong-key", _("There is no such key, or this is not its secret."))
    return key


def _unauthorized(code: str, detail: str) -> Problem:
    challenge = {"WWW-Authenticate": 'Basic realm="Console API", charset="UTF-8"'}
    return Problem(HTTPStatus.UNAUTHORIZED, code, detail, headers=challenge)
