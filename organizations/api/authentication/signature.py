"""Signed requests in Exoscale's form: the secret itself never travels.

``Authorization: EXO2-HMAC-SHA256 credential=…,signed-query-args=a;b,expires=…,signature=…``, where the signature is the
base64 of HMAC-SHA256, with the secret, over five lines joined by line feeds: the method, a space and the path as it was
sent; the body; the values of the query's arguments, decoded, one after the other in the order of their names; headers,
of which there are none, so an empty line; and when it expires, in seconds since 1970. (Exoscale's description of its
API, *API request signature*; docs/api.md says the same with examples.)

The names of the arguments are not in what is signed, nor where one value ends and the next begins: who could change a
request on its way could put the same characters to other names. So no operation that changes something takes arguments
in its query, and the body holds all that is asked for.
"""

import base64
import binascii
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.cache import cache
from django.utils.translation import gettext as _

from console.api.parsing import body_of
from console.origin import OriginRequest
from organizations.api.authentication.checks import check_not_over
from organizations.api.authentication.keys import find_key, secrets_of
from organizations.api.authentication.shown import Denied, Shown, signature_used
from organizations.models import ApiKey

# Seconds. How far ahead a signature may expire, and how wrong two clocks may be.
LONGEST = 10 * 60
CLOCK_SKEW = 30

PARTS = ("credential", "signed-query-args", "expires", "signature")
OPTIONAL = frozenset({"signed-query-args"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class _Header:
    """What the header says."""

    access_id: str
    signed: tuple[str, ...]
    expires: int
    signature: bytes


def read(credentials: str, request: OriginRequest) -> Shown:
    """The key with whose secret the request was signed; raises Denied, or Problem for a body that cannot be read."""
    header = _parsed(credentials)
    key = find_key(header.access_id)
    check_not_over(key)
    _check_time(header, key)
    message = message_of(
        method=request.method or "",
        path=_path_as_sent(request, key),
        body=body_of(request),
        arguments=_arguments(request, header, key),
        expires=header.expires,
    )
    for secret, until in secrets_of(key):
        if hmac.compare_digest(hmac.digest(secret, message, sha256), header.signature):
            return Shown(key=key, until=until, is_repeat=not _spend(request, key, header))
    raise Denied(
        "wrong-signature",
        _("Not the signature of this method, path, body, query and expiry with the secret of this key."),
        key=key,
    )


def message_of(*, method: str, path: str, body: bytes, arguments: Mapping[str, str], expires: int) -> bytes:
    """What is signed; ``path`` as it is sent, percent signs and all, and ``arguments`` decoded."""
    values = "".join(arguments[name] for name in sorted(arguments))
    return b"\n".join([f"{method} {path}".encode(), body, values.encode(), b"", str(expires).encode()])


def _parsed(credentials: str) -> _Header:
    """The header's parts; raises Denied, which says which of them is not right."""
    parts: dict[str, str] = {}
    for part in credentials.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or name not in PARTS or name in parts:
            raise _malformed(_("It has the parts %s, each of them once.") % ", ".join(PARTS))
        parts[name] = value
    for name in PARTS:
        if not parts.get(name) and name not in OPTIONAL:
            raise _malformed(_("“%s” is missing.") % name)
    if not _NUMBER.fullmatch(parts["expires"]):
        raise _malformed(_("“%s” is not a number of seconds since 1970.") % "expires")
    try:
        signature = base64.b64decode(parts["signature"], validate=True)
    except (binascii.Error, ValueError):
        raise _malformed(_("“%s” is not base64.") % "signature") from None
    signed = parts.get("signed-query-args", "")
    return _Header(
        access_id=parts["credential"],
        signed=tuple(signed.split(";")) if signed else (),
        expires=int(parts["expires"]),
        signature=signature,
    )


def _malformed(detail: str) -> Denied:
    return Denied("bad-credentials", " ".join([_("What follows EXO2-HMAC-SHA256 cannot be read."), detail]))


def _check_time(header: _Header, key: ApiKey) -> None:
    ahead = header.expires - int(time.time())
    if ahead < -CLOCK_SKEW:
        raise Denied("signature-expired", _("The signature has expired. Is your clock right?"), key=key)
    if ahead > LONGEST + CLOCK_SKEW:
        raise Denied(
            "signature-too-long",
            _("The signature expires too late: 10 minutes ahead at most. Is your clock right?"),
            key=key,
        )


def _arguments(request: OriginRequest, header: _Header, key: ApiKey) -> dict[str, str]:
    """The query's arguments, each of which must be signed and stand once; raises Denied."""
    sent: dict[str, Any] = dict(request.GET.lists())
    repeated = [name for name, values in sent.items() if len(values) != 1]
    if repeated or len(set(header.signed)) != len(header.signed):
        raise Denied(
            "repeated-arguments", _("A signed request has each argument once: %s.") % _named(repeated or header.signed),
            key=key,
        )  # fmt: skip
    if unsigned := set(sent) ^ set(header.signed):
        raise Denied(
            "unsigned-arguments",
            _("All arguments of the query are signed, and no others: see %s.") % _named(unsigned),
            key=key,
        )
    return {name: values[0] for name, values in sent.items()}


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted({name[:40] for name in names})[:5])


def _path_as_sent(request: OriginRequest, key: ApiKey) -> str:
    """The path as it stood in the request, which servers hand over beside the decoded one; raises Denied.

    Where one does not, the path has to be encoded in the usual way. What was signed must be what answers: a path that
    a proxy has rewritten is refused, since a signature of one address must not count at another.
    """
    # By gunicorn; by uWSGI and mod_wsgi.
    raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or ""
    if not raw:
        return request.get_full_path().partition("?")[0]
    path = str(raw).partition("?")[0]
    if not path.startswith("/"):
        # As it is sent to a proxy: with scheme and host.
        path = urlsplit(path).path
    if unquote(path) != request.path:
        raise Denied("wrong-signature", _("The signed path is not the one that was asked for."), key=key)
    return path


def _spend(request: OriginRequest, key: ApiKey, header: _Header) -> bool:
    """Take the signature of a change once, so that whoever has caught it cannot do the same again; raises Denied.

    Sent again with the `Idempotency-Key` of the first time it counts, for it does nothing any more: so clients may
    repeat by themselves what got no answer. Returns whether it is the first time. As good as the cache is: without
    Redis each process remembers for itself.
    """
    if request.method in SAFE:
        return True
    mark = f"api-signature:{key.pk}:{header.signature.hex()}"
    once = request.headers.get("Idempotency-Key", "")
    left = header.expires + CLOCK_SKEW - int(time.time()) + 1
    is_first = cache.add(mark, once, timeout=left)
    if not is_first and (not once or cache.get(mark) != once):
        raise signature_used(key)
    return is_first
