"""Signed messages from one program to another, as Standard Webhooks has them (standardwebhooks.com, version 1.0).

What is signed, with HMAC-SHA256, is the message's id, the time at which it was sent and the body, with dots between
them; the three stand in the headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

# Older and younger messages are refused: what was overheard is of no use later.
TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
# Bytes that a secret has at least.
STRENGTH = 24
_VERSION = "v1"
# Bytes of the secrets that are made here: as many as the digest has.
NEW_STRENGTH = 32


# How a receiver verifies, for pages that show it: whoever copies it needs nothing of ours.
EXAMPLE = """\
import base64, hashlib, hmac, time

def is_ours(secret: str, headers: dict[str, str], body: bytes) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    sent_at = headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > 300:
        return False
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(wanted, one) for one in given)
"""


class NotSigned(ValueError):
    """A message that is not what its signature says, is too old, or has none."""


def key_of(secret: str) -> bytes:
    """The key of a secret as it is handed out: ``whsec_`` and base64. Raises ValueError for one that is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX).encode(), validate=True)
    except binascii.Error:
        raise ValueError("A secret is whsec_ and base64.") from None
    if len(key) < STRENGTH:
        raise ValueError(f"A secret has at least {STRENGTH} bytes.")
    return key


def new_secret() -> str:
    """A secret as it is handed out, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(NEW_STRENGTH)).decode()


def headers(accepted: Iterable[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with each secret: so a receiver can change to a new one at ease."""
    signatures = (signature(secret, message_id=message_id, at=at, body=body) for secret in accepted)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def signature(secret: str, *, message_id: str, at: datetime, body: bytes) -> str:
    """The signature of a message, as the header ``webhook-signature`` has it."""
    return f"{_VERSION},{_digest(secret, message_id, str(int(at.timestamp())), body)}"


def verify(secret: str, *, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Return if the message was signed with the secret within ``TOLERANCE``; raises NotSigned otherwise.

    ``headers``: looked up in any case. A sender that changes its secret signs with both, with a space between them.
    """
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not (sent_at.isascii() and sent_at.isdigit()):
        raise NotSigned
    if abs(int(sent_at[:12]) - now.timestamp()) > TOLERANCE.total_seconds():
        raise NotSigned
    wanted = f"{_VERSION},{_digest(secret, message_id, sent_at, body)}".encode()
    given = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(wanted, one.encode()) for one in given):
        raise NotSigned


def _digest(secret: str, message_id: str, sent_at: str, body: bytes) -> str:
    signed = f"{message_id}.{sent_at}.".encode() + body
    return base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()
