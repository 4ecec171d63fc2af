"""Signing in by SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side, without channel binding.

The password never travels, and the server proves that it knows it, too. How much work the server may ask for has a
limit: whoever asks for two thousand million rounds would keep a worker busy for half an hour.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import stringprep
import unicodedata
from typing import Final

MECHANISM: Final = "SCRAM-SHA-256"
# PostgreSQL's own default is 4,096; these take a quarter of a second.
MOST_ROUNDS: Final = 500_000
# "No channel binding", and no other name to act as (RFC 5802, section 7).
_HEADER: Final = "n,,"


class Refusal(ValueError):
    """The server's part is not what it must be."""


class Exchange:
    """One exchange: `first`, then `final` of what the server said, then `verify`."""

    def __init__(self, password: str) -> None:
        self._password = prepared(password).encode()
        self._nonce = secrets.token_urlsafe(18)
        # PostgreSQL knows the user from the start-up message.
        self._bare = f"n=,r={self._nonce}"
        self._proven = b""

    def first(self) -> bytes:
        """The client's first message."""
        return f"{_HEADER}{self._bare}".encode()

    def final(self, said: bytes) -> bytes:
        """The client's last message, in answer to the server's first. Raises Refusal, also when asked once more."""
        if self._proven:
            raise Refusal
        nonce, salt, rounds = self._parameters(said)
        without_proof = f"c={base64.b64encode(_HEADER.encode()).decode()},r={nonce}"
        signed = b",".join([self._bare.encode(), said, without_proof.encode()])
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, rounds)
        client = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(client).digest(), signed, "sha256")
        proof = bytes(a ^ b for a, b in zip(client, signature, strict=True))
        self._proven = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), signed, "sha256")
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def verify(self, said: bytes) -> None:
        """Ask that the server knows the password, too. Raises Refusal."""
        wanted = b"v=" + base64.b64encode(self._proven)
        if not self._proven or not hmac.compare_digest(said.partition(b",")[0], wanted):
            raise Refusal

    def _parameters(self, said: bytes) -> tuple[str, bytes, int]:
        try:
            parts = dict(part.split("=", 1) for part in said.decode("ascii").split(","))
            nonce, salt, rounds = parts["r"], base64.b64decode(parts["s"], validate=True), int(parts["i"])
        except (KeyError, ValueError, binascii.Error):
            raise Refusal from None
        if not nonce.startswith(self._nonce) or nonce == self._nonce or not 1 <= rounds <= MOST_ROUNDS:
            raise Refusal
        return nonce, salt, rounds


def prepared(password: str) -> str:
    """The password as SASLprep has it (RFC 4013); as it is where that forbids it, as PostgreSQL does."""
    if password.isascii():
        return password
    mapped = "".join(
        " " if stringprep.in_table_c12(letter) else letter for letter in password if not stringprep.in_table_b1(letter)
    )
    normal = unicodedata.normalize("NFKC", mapped)
    return normal if normal and not any(_is_forbidden(letter) for letter in normal) else password


def _is_forbidden(letter: str) -> bool:
    tables = (
        stringprep.in_table_c12,
        stringprep.in_table_c21_c22,
        stringprep.in_table_c3,
        stringprep.in_table_c4,
        stringprep.in_table_c5,
        stringprep.in_table_c6,
        stringprep.in_table_c7,
        stringprep.in_table_c8,
        stringprep.in_table_c9,
        stringprep.in_table_a1,
    )
    return any(is_in(letter) for is_in in tables)
