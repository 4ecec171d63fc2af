"""What the schemes have in common: what a request showed, and how it is told that it was not enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from console.api.problems import Problem
from console.origin import OriginRequest
from organizations.models import ApiKey, ApiToken

_REALM = 'realm="Console API"'
# One header for every way in (RFC 9110, 11.6.1); what a client knows of them, it takes.
CHALLENGES = f'Basic {_REALM}, charset="UTF-8", Bearer {_REALM}, EXO2-HMAC-SHA256 {_REALM}'


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a request came in with.

    ``token``: None for a request with the secret itself, plain or as a signature; ``until``: when that secret ends,
    where it is a former one; ``is_repeat``: whether the signature came before, so that somebody may have caught it.
    """

    key: ApiKey
    token: ApiToken | None = None
    until: datetime | None = None
    is_repeat: bool = False


class ShownRequest(OriginRequest):
    """A request whose key was accepted."""

    shown: Shown


class Denied(Problem):
    """A credential that does not let in.

    ``key``: the one that it names, where that is known; ``is_proven``: whether whoever sent it had its secret, so that
    they are its holder, and not somebody who only knows its public name.
    """

    def __init__(
        self,
        code: str,
        detail: Any,
        *,
        key: ApiKey | None = None,
        is_proven: bool = False,
        status: HTTPStatus = HTTPStatus.UNAUTHORIZED,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        challenge = {"WWW-Authenticate": CHALLENGES} if status == HTTPStatus.UNAUTHORIZED else {}
        super().__init__(status, code, detail, headers={**challenge, **(headers or {})})
        self.key = key
        self.is_proven = is_proven


def signature_used(key: ApiKey) -> Denied:
    """What a signature is told that counted before."""
    return Denied(
        "signature-used",
        _("This signed request was sent before. Sign it again: it must expire at another second."),
        key=key,
        is_proven=True,
    )
