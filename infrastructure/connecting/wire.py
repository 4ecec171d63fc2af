"""A connection to a PostgreSQL server, message by message: counted, until a deadline (protocol 3.0).

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final, Self

from django.utils.translation import gettext_noop

from console.dialing import left
from infrastructure.connecting.findings import HUNG_UP, INSECURE, NO_TLS, SILENT, NotWorking
from infrastructure.models.engine import Stage

# Bytes of all that a server may say; what is asked takes less than one thousand.
MOST: Final = 64 * 1024
# The lengths and numbers of the protocol have four bytes.
WORD: Final = 4
_SSL_REQUEST: Final = (80877103).to_bytes(WORD)
_VERSION: Final = (3 << 16).to_bytes(WORD)

NOT_POSTGRESQL = gettext_noop("What answers there is not PostgreSQL. Check the host and the port.")
OFFERS_NO_TLS = gettext_noop("The server offers no encryption. Switch TLS on there (ssl = on).")


class Server:
    """A connection to a server until a deadline (of `monotonic`). ``stage``: how far it has come."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = plain, deadline
        self._heard = 0
        self.stage = Stage.NETWORK

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run(self, talk: Callable[[], None]) -> None:
        """Talk, and say what goes wrong by the stage at which it does. Raises NotWorking."""
        try:
            talk()
        except TimeoutError:
            raise NotWorking(self.stage, SILENT) from None
        except ssl.SSLCertVerificationError:
            raise NotWorking(Stage.TLS, INSECURE) from None
        except ssl.SSLError:
            raise NotWorking(Stage.TLS, NO_TLS) from None
        except OSError:
            raise NotWorking(self.stage, HUNG_UP) from None

    def encrypt(self, name: str, context: ssl.SSLContext) -> None:
        """Ask for encryption, and encrypt. ``name``: of the certificate."""
        self._write(b"", _SSL_REQUEST)
        # Exactly one byte: what somebody put in behind it must not count as said under TLS (CVE-2021-23222).
        answer = self._take(1)
        self.stage = Stage.TLS
        if answer in {b"N", b"E"}:
            raise NotWorking(Stage.TLS, OFFERS_NO_TLS)
        if answer != b"S":
            raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
        self._socket.settimeout(left(self._deadline))
        self._socket = context.wrap_socket(self._socket, server_hostname=name)
        self.stage = Stage.SIGN_IN

    @property
    def is_proven(self) -> bool:
        """Whether a certificate has proven who this is."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.context.verify_mode == ssl.CERT_REQUIRED

    def begin(self, **parameters: str) -> None:
        """Say who comes, and to what."""
        said = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items())
        self._write(b"", _VERSION + said + b"\0")

    def say(self, kind: bytes, body: bytes) -> None:
        """Send a message."""
        self._write(kind, body)

    def say_goodbye(self) -> None:
        """End it politely; whether that is heard is all the same."""
        with suppress(OSError):
            self._write(b"X", b"")

    def hear(self) -> tuple[bytes, bytes]:
        """The next message: its kind, of one letter, and what it says. Notes of all sorts are left out."""
        while True:
            kind, length = self._take(1), int.from_bytes(self._take(WORD)) - WORD
            is_strange = self.stage == Stage.NETWORK and kind not in {b"R", b"E", b"N", b"v"}
            if is_strange or not 0 <= length <= MOST:
                raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
            body = self._take(length)
            self.stage = Stage.SIGN_IN if self.stage == Stage.NETWORK else self.stage
            # Notices, settings, the number of the process, versions.
            if kind not in {b"N", b"S", b"K", b"v", b"A"}:
                return kind, body

    def _take(self, count: int) -> bytes:
        self._heard += count
        if self._heard > MOST:
            raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
        taken = b""
        while len(taken) < count:
            # Each byte of one that drips would begin a new time-out.
            if monotonic() >= self._deadline:
                raise TimeoutError
            self._socket.settimeout(left(self._deadline))
            more = self._socket.recv(count - len(taken))
            if not more:
                raise ConnectionError
            taken += more
        return taken

    def _write(self, kind: bytes, body: bytes) -> None:
        self._socket.settimeout(left(self._deadline))
        self._socket.sendall(kind + (len(body) + WORD).to_bytes(WORD) + body)
