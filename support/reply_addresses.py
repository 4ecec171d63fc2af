"""Addresses to which the reader of a mail about a ticket answers: ``support+<token>@example.com``.

The token names the ticket, and proves to whom the mail went: 80 bits of an HMAC-SHA256 over ticket and reader, under a
key of its own (console.sealing). Base32 in small letters, for there are servers that change the case of addresses; 42
characters, of the 64 that the part before the @ may have (RFC 5321, 4.5.3.1.1).
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Self
from uuid import UUID

from django.conf import settings

from console.sealing import fingerprints

PURPOSE = "support.reply"
# Bytes.
TICKET, PROOF = 16, 10
LENGTH = 42


@dataclass(frozen=True)
class Token:
    """Which ticket an answer is about, and what proves that its sender was written to about it."""

    ticket_id: UUID
    proof: bytes

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What a token says, in whatever case; None for what is none."""
        if len(text) != LENGTH or not text.isascii():
            return None
        try:
            decoded = base64.b32decode(text.upper() + "=" * (-LENGTH % 8))
        except binascii.Error:
            return None
        return cls(UUID(bytes=decoded[:TICKET]), decoded[TICKET:])

    def is_of(self, reader_id: UUID) -> bool:
        """Whether the mail went to that reader; compared in constant time (ASVS 11.2.4)."""
        found = [hmac.compare_digest(self.proof, proof) for proof in _proofs(self.ticket_id, reader_id)]
        return any(found)


def reply_address(ticket_id: UUID, reader_id: UUID) -> str:
    """Where a reader answers to a ticket by mail; empty where nothing comes in by mail."""
    if not is_configured():
        return ""
    local, _at, domain = settings.SUPPORT_REPLY_ADDRESS.partition("@")
    token = base64.b32encode(ticket_id.bytes + _proofs(ticket_id, reader_id)[0]).decode().rstrip("=").lower()
    return f"{local}+{token}@{domain}"


def token_among(recipients: Iterable[str]) -> Token | None:
    """The token of the first of these addresses that has one; they may come with names."""
    local, _at, domain = settings.SUPPORT_REPLY_ADDRESS.lower().partition("@")
    for recipient in recipients:
        user, _sign, host = parseaddr(recipient)[1].lower().rpartition("@")
        if host == domain and user.startswith(f"{local}+") and (token := Token.read(user[len(local) + 1 :])):
            return token
    return None


def is_configured() -> bool:
    """Whether answers by mail can come in: there is an address for them, and a secret that signs them."""
    return bool(settings.SUPPORT_REPLY_ADDRESS and settings.INBOUND_MAIL_SECRET)


def own_domain() -> str:
    """The domain of our mails' own names (outbox.backends.as_mail)."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return domain.encode("idna").decode() if domain else "localhost"


def _proofs(ticket_id: UUID, reader_id: UUID) -> list[bytes]:
    digests = fingerprints(f"{ticket_id}:{reader_id}", purpose=PURPOSE)
    return [bytes.fromhex(digest)[:PROOF] for digest in digests]
