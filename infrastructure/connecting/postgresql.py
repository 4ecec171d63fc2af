"""A try of a PostgreSQL server: reach it, encrypt, sign in, and ask what the user may do there.

The protocol is spoken here and not by libpq (https://www.postgresql.org/docs/current/protocol-flow.html;
docs/decisions/0045-storage-engines.md): whoever typed the address may own the server, and there the environment, service
files and ~/.pgpass count for nothing, a password goes to nobody who has not proven who they are, the work that a server
may ask for has a limit, and what it says is counted. Nothing is written.
"""

import hashlib
import socket
import ssl
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

from django.utils.translation import gettext_noop

from console.dialing import NotReached, addresses_of, are_own, ascii_host, first_open, left, trust
from infrastructure.connecting import scram
from infrastructure.connecting.findings import (
    HUNG_UP,
    INSECURE,
    NO_TLS,
    NOBODY,
    NOT_ENCRYPTED,
    SILENT,
    UNREACHABLE,
    NotWorking,
)
from infrastructure.models.engine import Stage

VERIFY_FULL, REQUIRE, DISABLE = "verify-full", "require", "disable"

# Bytes of all that a server may say; what is asked takes less than one thousand.
MOST: Final = 64 * 1024
# The lengths and numbers of the protocol have four bytes.
_WORD: Final = 4
_SSL_REQUEST: Final = (80877103).to_bytes(_WORD)
_VERSION: Final = (3 << 16).to_bytes(_WORD)
# Of authentication requests (AuthenticationOk and so on).
_DONE, _CLEARTEXT, _MD5, _SASL, _SASL_GOES_ON, _SASL_ENDS = 0, 3, 5, 10, 11, 12
# What a project does first: it makes a schema of its own. And a copy that only follows another server takes none.
QUESTION: Final = (
    "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::text,"
    " pg_catalog.pg_is_in_recovery()::text"
)

NOT_POSTGRESQL = gettext_noop("What answers there is not PostgreSQL. Check the host and the port.")
OFFERS_NO_TLS = gettext_noop("The server offers no encryption. Switch TLS on there (ssl = on).")
WRONG = gettext_noop("The user name or the password is wrong.")
KEPT_OUT = gettext_noop("The server does not let this user in from here. Look at who may connect (pg_hba.conf).")
OTHER_WAY = gettext_noop("The server asks for another way of signing in than a password (SCRAM-SHA-256).")
TOO_OPEN = gettext_noop(
    "The server asks for the password itself or its MD5, which goes only to who proves who they are. Let it use"
    " SCRAM-SHA-256, or have the certificate checked."
)
NOT_PROVEN = gettext_noop("The server has not proven that it knows the password. Another may stand in its place.")
FULL = gettext_noop("The server takes no more connections. Give it more, or close some.")
STARTING = gettext_noop("The server is starting or stopping. Try again in a moment.")
REFUSED = gettext_noop("The server has refused to sign us in. Look into its log.")
NO_DATABASE = gettext_noop("There is no database of this name.")
NO_CONNECT = gettext_noop("This user may not connect to the database. Grant CONNECT on it.")
NO_CREATE = gettext_noop("This user may not make a schema in the database. Grant CREATE on it.")
READ_ONLY = gettext_noop("This server is a copy that can only be read. Enter the one that it follows.")
NO_ANSWER = gettext_noop("The server does not say what this user may do. Look into its log.")

# By the code of the error (SQLSTATE): the text is in the server's language.
ERRORS: Final[Mapping[str, tuple[Stage, str]]] = {
    "28P01": (Stage.SIGN_IN, WRONG),
    "28000": (Stage.SIGN_IN, KEPT_OUT),
    "53300": (Stage.SIGN_IN, FULL),
    "57P03": (Stage.SIGN_IN, STARTING),
    "3D000": (Stage.RIGHTS, NO_DATABASE),
    "42501": (Stage.RIGHTS, NO_CONNECT),
}


def try_postgresql(config: Mapping[str, Any], secret: str, deadline: float) -> None:
    """Reach the server that ``config`` names, sign in with the password ``secret``, and look at its rights.

    ``deadline``: of `time.monotonic`. Raises NotWorking.
    """
    host, port = config["host"], config["port"]
    try:
        addresses = addresses_of(host, port, timeout=left(deadline))
    except NotReached:
        raise NotWorking(Stage.NAME, NOBODY) from None
    if config["tls"] == DISABLE and not are_own(addresses):
        raise NotWorking(Stage.TLS, NOT_ENCRYPTED)
    try:
        plain = first_open(addresses, deadline)
    except TimeoutError:
        raise NotWorking(Stage.NETWORK, SILENT) from None
    except OSError:
        raise NotWorking(Stage.NETWORK, UNREACHABLE) from None
    with _Server(plain, deadline) as server:
        server.run(lambda: _talk(server, config, secret))


def _talk(server: "_Server", config: Mapping[str, Any], secret: str) -> None:
    if config["tls"] != DISABLE:
        server.encrypt(ascii_host(config["host"]), _context(config))
    _sign_in(server, config, secret)
    _look_at_rights(server)


class _Server:
    """A connection to a server until a deadline. ``stage``: how far it has come."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = plain, deadline
        self._heard = 0
        self.stage = Stage.NETWORK

    def __enter__(self) -> "_Server":
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

    def hear(self) -> tuple[bytes, bytes]:
        """The next message: its kind, of one letter, and what it says. Notes of all sorts are left out."""
        while True:
            kind, length = self._take(1), int.from_bytes(self._take(_WORD)) - _WORD
            if self.stage == Stage.NETWORK and kind not in {b"R", b"E", b"N", b"v"}:
                raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
            if not 0 <= length <= MOST:
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
        self._socket.sendall(kind + (len(body) + _WORD).to_bytes(_WORD) + body)


def _context(config: Mapping[str, Any]) -> ssl.SSLContext:
    """Who may vouch for the server: browsers' authorities, or the one that was pasted; with *require*, nobody need."""
    if config["tls"] == REQUIRE:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    if not config.get("authority"):
        return trust()
    context = ssl.create_default_context(cadata=config["authority"])
    # What people made themselves need not be by every letter of RFC 5280, and may be the server's certificate itself.
    context.verify_flags = context.verify_flags & ~ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _sign_in(server: _Server, config: Mapping[str, Any], secret: str) -> None:
    server.begin(user=config["user"], database=config["database"], application_name="console", client_encoding="UTF8")
    exchange = scram.Exchange(secret)
    while True:
        kind, body = server.hear()
        if kind == b"E":
            raise _refusal(body, Stage.SIGN_IN, REFUSED)
        if kind != b"R":
            raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
        asked, rest = int.from_bytes(body[:_WORD]), body[_WORD:]
        if asked == _DONE:
            return
        if asked in {_CLEARTEXT, _MD5}:
            if not server.is_proven:
                raise NotWorking(Stage.SIGN_IN, TOO_OPEN)
            server.say(b"p", (secret if asked == _CLEARTEXT else _md5(config["user"], secret, rest)).encode() + b"\0")
        elif asked in {_SASL, _SASL_GOES_ON, _SASL_ENDS}:
            _go_on(server, exchange, asked, rest)
        else:
            raise NotWorking(Stage.SIGN_IN, OTHER_WAY)


def _go_on(server: _Server, exchange: scram.Exchange, asked: int, said: bytes) -> None:
    """Take the next step of SCRAM."""
    try:
        if asked == _SASL_ENDS:
            exchange.verify(said)
        elif asked == _SASL_GOES_ON:
            server.say(b"p", exchange.final(said))
        elif scram.MECHANISM.encode() in said.split(b"\0"):
            first = exchange.first()
            server.say(b"p", scram.MECHANISM.encode() + b"\0" + len(first).to_bytes(_WORD) + first)
        else:
            raise NotWorking(Stage.SIGN_IN, OTHER_WAY)
    except scram.Refusal:
        raise NotWorking(Stage.SIGN_IN, NOT_PROVEN) from None


def _md5(user: str, secret: str, salt: bytes) -> str:
    """The answer to AuthenticationMD5Password, as the protocol wants it: no choice of ours."""
    inner = hashlib.md5(f"{secret}{user}".encode(), usedforsecurity=False).hexdigest()
    return "md5" + hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest()


def _look_at_rights(server: _Server) -> None:
    rows: list[list[bytes]] = []
    asked = False
    server.stage = Stage.SIGN_IN
    while True:
        kind, body = server.hear()
        if kind == b"E":
            raise _refusal(body, Stage.RIGHTS if asked else Stage.SIGN_IN, NO_ANSWER if asked else REFUSED)
        if kind == b"D":
            rows.append(_values(body))
        elif kind == b"Z" and asked:
            break
        elif kind == b"Z":
            # Signed in, and ready for a question.
            server.stage, asked = Stage.RIGHTS, True
            server.say(b"Q", QUESTION.encode() + b"\0")
        elif kind not in {b"T", b"C"}:
            raise NotWorking(server.stage, NOT_POSTGRESQL)
    server.say(b"X", b"")
    if rows == [[b"true", b"false"]]:
        return
    if len(rows) != 1 or not all(value in {b"true", b"false"} for value in rows[0]):
        raise NotWorking(Stage.RIGHTS, NO_ANSWER)
    raise NotWorking(Stage.RIGHTS, READ_ONLY if rows[0][-1] == b"true" else NO_CREATE)


def _values(row: bytes) -> list[bytes]:
    """The values of a row; one that is cut, or empty, is none."""
    values, rest = [], row[2:]
    while rest:
        length = int.from_bytes(rest[:_WORD], signed=True)
        values.append(rest[_WORD : _WORD + max(length, 0)])
        rest = rest[_WORD + max(length, 0) :]
    return values


def _refusal(body: bytes, stage: Stage, otherwise: str) -> NotWorking:
    """An error of the server's, by its code; another one, as it is called at that stage."""
    fields = {field[:1]: field[1:] for field in body.split(b"\0") if field}
    return NotWorking(*ERRORS.get(fields.get(b"C", b"").decode("ascii", "replace"), (stage, otherwise)))
