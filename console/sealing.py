"""Closing what must be read again and must not lie open: secrets at rest, and what a page hands back to us.

Fernet (AES-128-CBC with HMAC-SHA256) under keys derived by HKDF, one for each purpose: what was sealed for one does
not open for another. The first of `ENCRYPTION_KEYS` seals, all of them open (ASVS 11.2.2, 11.3.2).
"""

import base64
import hashlib
import hmac
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """What was to be opened was not sealed here, not for this purpose, or too long ago."""


def seal(text: str, *, purpose: str) -> str:
    """Close ``text``; only `unseal` with the same ``purpose`` ("accounts.authenticator") opens it."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, within: timedelta | None = None) -> str:
    """Open what `seal` closed, at most ``within`` ago; raises Unreadable."""
    try:
        return _fernet(purpose).decrypt(sealed.encode(), int(within.total_seconds()) if within else None).decode()
    except InvalidToken:
        raise Unreadable from None


def reseal(sealed: str, *, purpose: str) -> str:
    """Close again with the newest key what an older one closed; raises Unreadable."""
    try:
        return _fernet(purpose).rotate(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def fingerprint(text: str, *, purpose: str) -> str:
    """The keyed digest of ``text`` (HMAC-SHA256, 64 hexadecimal digits): what is only compared needs no opening."""
    return fingerprints(text, purpose=purpose)[0]


def fingerprints(text: str, *, purpose: str) -> list[str]:
    """The digest under the newest key, then those under the older ones: any of them may have been stored."""
    return [
        hmac.new(_derived(key, f"{purpose} (digest)"), text.encode(), hashlib.sha256).hexdigest() for key in _keys()
    ]


def _fernet(purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in _keys()])


def _keys() -> list[str]:
    return settings.ENCRYPTION_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _derived(key: str, purpose: str) -> bytes:
    # The keys are random already: no salt, and no slow hash.
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"console sealing: {purpose}".encode())
    return base64.urlsafe_b64encode(derive.derive(key.encode()))
