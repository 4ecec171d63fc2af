"""Who sends a request: one of three ways to show a key, each of which ends in the same checks (docs/decisions/0027).

Cookies count for nothing here: a browser that is signed in shows no key, so there is nothing to forge.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast

from django.utils.translation import gettext as _

from console.origin import OriginRequest
from organizations.actions.denials import note_denial
from organizations.actions.key_use import note_use
from organizations.api.authentication import basic, bearer, signature
from organizations.api.authentication.checks import check
from organizations.api.authentication.guesses import OVER, count_failure, stop_guessing
from organizations.api.authentication.shown import Denied, Shown, ShownRequest
from organizations.models import ApiKey

# By scheme, small: how the rest of the header is read.
WAYS_IN: dict[str, Callable[[str, OriginRequest], Shown]] = {
    "basic": basic.read,
    "bearer": bearer.read,
    "exo2-hmac-sha256": signature.read,
}


def authenticate(request: OriginRequest) -> ApiKey:
    """The key that a request came in with, with its organization and holder; ``request.shown`` says how.

    Raises Problem (401, 403, 429) that says why not. Writes from where the key is used, at most once a minute, and what
    was denied.
    """
    scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
    read = WAYS_IN.get(scheme.lower())
    if read is None:
        # Nothing was looked up, so nothing is counted.
        raise Denied("no-key", _("Send a key: Authorization: Basic, Bearer or EXO2-HMAC-SHA256."))
    stop_guessing(request.origin.address)
    try:
        shown = read(credentials.strip(), request)
        check(shown.key, request.origin)
    except Denied as denial:
        _note(denial, request)
        raise
    note_use(shown.key, request.origin)
    cast("ShownRequest", request).shown = shown
    return shown.key


def _note(denial: Denied, request: OriginRequest) -> None:
    if not denial.is_proven and denial.status == HTTPStatus.UNAUTHORIZED and denial.code not in OVER:
        count_failure(request.origin.address)
    note_denial(denial.key, code=denial.code, is_proven=denial.is_proven, origin=request.origin)
