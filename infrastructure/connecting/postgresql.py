"""A try of a PostgreSQL server: reach it, encrypt, sign in, and ask what the user may do there.

The protocol is spoken here and not by libpq (docs/decisions/0045-storage-engines.md;
https://www.postgresql.org/docs/current/protocol-flow.html). For whoever typed the address may own the server: so the
environment, service files and ~/.pgpass count for nothing, a password goes to nobody who has not proven who they are,
the work that a server may ask for has a limit, and what it says is counted. Nothing is written.
"""

import hashlib
import ssl
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_noop

from console.dialing import NotReached, addresses_of, are_own, ascii_host, first_open, left, trust
from infrastructure.connecting import scram
from infrastructure.connecting.findings import (
    NOBODY,
    NOT_ENCRYPTED,
    SILENT,
    UNREACHABLE,
    NotWorking,
)
from infrastructure.connecting.wire import NOT_POSTGRESQL, WORD, Server
from infrastructure.models.engine import Stage

VERIFY_FULL, REQUIRE, DISABLE = "verify-full", "require", "disable"

# Of authentication requests (AuthenticationOk and so on).
_DONE, _CLEARTEXT, _MD5, _SASL, _SASL_GOES_ON, _SASL_ENDS = 0, 3, 5, 10, 11, 12
# What a project does first: it makes a schema of its own. And a copy that only follows another server takes none.
QUESTION: Final = (
    "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')::text,"
    " pg_catalog.pg_is_in_recovery()::text"
)

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
    with Server(plain, deadline) as server:
        server.run(lambda: _talk(server, config, secret))


def _talk(server: "Server", config: Mapping[str, Any], secret: str) -> None:
    if config["tls"] != DISABLE:
        server.encrypt(ascii_host(config["host"]), _context(config))
    _sign_in(server, config, secret)
    _look_at_rights(server)


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


def _sign_in(server: Server, config: Mapping[str, Any], secret: str) -> None:
    server.begin(user=config["user"], database=config["database"], application_name="console", client_encoding="UTF8")
    exchange = scram.Exchange(secret)
    asked, before = -1, -1
    while asked != _DONE:
        before, (asked, rest) = asked, _asked(server)
        if asked in {_CLEARTEXT, _MD5}:
            if not server.is_proven:
                raise NotWorking(Stage.SIGN_IN, TOO_OPEN)
            server.say(b"p", (secret if asked == _CLEARTEXT else _md5(config["user"], secret, rest)).encode() + b"\0")
        elif asked in {_SASL, _SASL_GOES_ON, _SASL_ENDS}:
            _go_on(server, exchange, asked, rest)
        elif asked != _DONE:
            raise NotWorking(Stage.SIGN_IN, OTHER_WAY)
    if before in {_SASL, _SASL_GOES_ON}:
        # Whoever has begun must prove that they know the password, too.
        raise NotWorking(Stage.SIGN_IN, NOT_PROVEN)


def _asked(server: Server) -> tuple[int, bytes]:
    """What the server asks for now, and what it says of that."""
    kind, body = server.hear()
    if kind == b"E":
        raise _refusal(body, Stage.SIGN_IN, REFUSED)
    if kind != b"R":
        raise NotWorking(Stage.NETWORK, NOT_POSTGRESQL)
    return int.from_bytes(body[:WORD]), body[WORD:]


def _go_on(server: Server, exchange: scram.Exchange, asked: int, said: bytes) -> None:
    """Take the next step of SCRAM."""
    try:
        if asked == _SASL_ENDS:
            exchange.verify(said)
        elif asked == _SASL_GOES_ON:
            server.say(b"p", exchange.final(said))
        elif scram.MECHANISM.encode() in said.split(b"\0"):
            first = exchange.first()
            server.say(b"p", scram.MECHANISM.encode() + b"\0" + len(first).to_bytes(WORD) + first)
        else:
            raise NotWorking(Stage.SIGN_IN, OTHER_WAY)
    except scram.Refusal:
        raise NotWorking(Stage.SIGN_IN, NOT_PROVEN) from None


def _md5(user: str, secret: str, salt: bytes) -> str:
    """The answer to AuthenticationMD5Password, as the protocol wants it: no choice of ours."""
    inner = hashlib.md5(f"{secret}{user}".encode(), usedforsecurity=False).hexdigest()
    return "md5" + hashlib.md5(inner.encode() + salt, usedforsecurity=False).hexdigest()


def _look_at_rights(server: Server) -> None:
    # Signed in; the server is ready for a question.
    _until_ready(server, REFUSED)
    server.stage = Stage.RIGHTS
    server.say(b"Q", QUESTION.encode() + b"\0")
    may_create, is_copy = _until_ready(server, NO_ANSWER) or (b"", b"")
    server.say_goodbye()
    if {may_create, is_copy} - {b"true", b"false"}:
        raise NotWorking(Stage.RIGHTS, NO_ANSWER)
    if is_copy == b"true":
        raise NotWorking(Stage.RIGHTS, READ_ONLY)
    if may_create != b"true":
        raise NotWorking(Stage.RIGHTS, NO_CREATE)


def _until_ready(server: Server, otherwise: str) -> tuple[bytes, bytes] | None:
    """Hear the server out until it takes a question; the one row of two values that it gave, if it did.

    ``otherwise``: what an error means that has no code of ours.
    """
    found: tuple[bytes, bytes] | None = None
    while True:
        kind, body = server.hear()
        if kind == b"Z":
            return found
        if kind == b"E":
            raise _refusal(body, server.stage, otherwise)
        if kind not in {b"T", b"D", b"C"}:
            raise NotWorking(server.stage, NOT_POSTGRESQL)
        if kind == b"D":
            found = _two_values(body)


def _two_values(row: bytes) -> tuple[bytes, bytes]:
    """The two values of a row; of one that is cut, or is another one, nothing that is an answer."""
    first, rest = _value(row[2:])
    second, _rest = _value(rest)
    return first, second


def _value(said: bytes) -> tuple[bytes, bytes]:
    end = WORD + max(int.from_bytes(said[:WORD], signed=True), 0)
    return said[WORD:end], said[end:]


def _refusal(body: bytes, stage: Stage, otherwise: str) -> NotWorking:
    """An error of the server's, by its code; another one, as it is called at that stage."""
    fields = {field[:1]: field[1:] for field in body.split(b"\0") if field}
    return NotWorking(*ERRORS.get(fields.get(b"C", b"").decode("ascii", "replace"), (stage, otherwise)))
