"""Opens one thing that a password closes, in a process of its own: reads it as JSON, writes what is in it as JSON.

How much work a password takes to check stands in the file (RFC 8018, RFC 7914): rounds by the thousand million, memory
by the gigabyte. So whoever opens it is a process that may use little of both, and whose end harms nobody. It imports
nothing of this console.
"""

import base64
import json
import resource
import sys
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

# Bytes that it may take.
MEMORY = 768 * 1024 * 1024
CLOSED, UNREADABLE = "closed", "unreadable"


def limit(work: int) -> None:
    """Take ``work`` seconds of a processor at most from now on, and leave nothing behind: no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (work, work + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def opened(kind: str, data: bytes, password: str) -> dict[str, Any]:
    """The key (PKCS #8 in PEM) and the certificates (PEM) in it; or the ``problem``."""
    try:
        return open_bundle(data, password) if kind == "bundle" else {"key": open_key(data, password)}
    except TypeError:
        return {"problem": CLOSED}
    except (ValueError, UnsupportedAlgorithm, MemoryError) as error:
        # The library has no class for it.
        return {"problem": CLOSED if "password" in str(error).lower() else UNREADABLE}


def open_key(data: bytes, password: str) -> str:
    """The key in PEM."""
    key = serialization.load_pem_private_key(data, password.encode(), unsafe_skip_rsa_key_validation=True)
    return written(key)


def open_bundle(data: bytes, password: str) -> dict[str, Any]:
    """The key and the certificates of a PKCS #12 file; without a password both forms of none are tried (RFC 7292)."""
    try:
        bundle = pkcs12.load_pkcs12(data, password.encode() or None)
    except ValueError:
        if password:
            raise
        bundle = pkcs12.load_pkcs12(data, b"")
    found = [bundle.cert, *bundle.additional_certs]
    pem = [one.certificate.public_bytes(serialization.Encoding.PEM).decode() for one in found if one]
    return {"key": written(bundle.key) if bundle.key else "", "certificates": pem}


def written(key: Any) -> str:
    """A key as PKCS #8 in PEM, open."""
    text: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    limit(asked["work"])
    json.dump(opened(asked["kind"], base64.b64decode(asked["data"]), asked["password"]), sys.stdout)
