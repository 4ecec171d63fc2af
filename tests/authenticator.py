"""An authenticator in software: makes passkeys and signs with them, as honestly or dishonestly as a test wants."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

# Bits of the authenticator data (WebAuthn, section 6.1): somebody is there, it is the right person, a key follows.
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://localhost:8000"


@dataclass
class Authenticator:
    """A device with one passkey, once `create` was called.

    ``verifies``: whether it checks who holds it; ``counts``: whether it counts its uses, which synced passkeys do not;
    ``origin``: of the page that it believes to be on; ``framed``: whether that page lies in another's frame.
    """

    verifies: bool = True
    counts: bool = False
    origin: str = ORIGIN
    rp_id: str = "localhost"
    framed: bool = False
    aaguid: bytes = bytes(16)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: str | None = None
    uses: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Make a passkey: what a browser would send."""
        self.user_handle = options["user"]["id"]
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + self._attested()}
        return self._answer(
            {
                "clientDataJSON": encode(self._client_data("webauthn.create", options)),
                "attestationObject": encode(cbor2.dumps(attestation)),
                "transports": ["internal", "hybrid"],
            }
        )

    def get(self, options: dict[str, Any]) -> str:
        """Sign a challenge: what a browser would send."""
        if self.counts:
            self.uses += 1
        client_data, data = self._client_data("webauthn.get", options), self._data()
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": encode(client_data),
                "authenticatorData": encode(data),
                "signature": encode(signature),
                "userHandle": self.user_handle,
            }
        )

    def _answer(self, response: dict[str, Any]) -> str:
        name = encode(self.credential_id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(answer | {"clientExtensionResults": {"credProps": {"rk": True}}})

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        data = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": self.framed}
        return json.dumps(data).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _attested(self) -> bytes:
        point = self.key.public_key().public_numbers()
        # COSE (RFC 9053): an elliptic key, for ES256, on P-256.
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return self.aaguid + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(key)


def encode(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
