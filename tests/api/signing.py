"""Requests signed in Exoscale's form, written from its description and not from our code."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.api.keying import API, Program


@dataclass
class Signer:
    """Signs what a program sends. Each field that is set takes the place of what would be right."""

    program: Program
    expires: int | None = None
    signed_path: str = ""
    signed_body: bytes | None = None
    signed_names: list[str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)

    def send(self, method: str, path: str, body: bytes = b"", query: str | None = None, **arguments: str) -> Any:
        """Send a signed request; ``query`` in place of the one that ``arguments`` make."""
        full = API + path
        query = urlencode(arguments) if query is None else query
        header = self.header(method, self.signed_path or full, body, arguments)
        return self.program.client.generic(
            method,
            f"{full}?{query}" if query else full,
            body,
            content_type="application/json",
            headers={"Authorization": header, **self.headers},
            **self.environment,
        )

    def header(self, method: str, path: str, body: bytes, arguments: Mapping[str, str]) -> str:
        """``Authorization`` of a request."""
        expires = str(int(time.time()) + 60 if self.expires is None else self.expires)
        body = body if self.signed_body is None else self.signed_body
        names = sorted(arguments) if self.signed_names is None else self.signed_names
        values = "".join(arguments.get(name, "") for name in names)
        message = f"{method} {path}\n".encode() + body + f"\n{values}\n\n{expires}".encode()
        digest = hmac.new(self.program.secret.encode(), message, hashlib.sha256).digest()
        signed = f",signed-query-args={';'.join(names)}" if names else ""
        return (
            f"EXO2-HMAC-SHA256 credential={self.program.key.access_id}{signed},expires={expires}"
            f",signature={base64.b64encode(digest).decode()}"
        )
