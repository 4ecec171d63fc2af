"""PostgreSQL engines against the tests' own server, and against servers that mean no good."""

import secrets
import socket
import ssl
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from threading import Event as Moment
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from infrastructure.connecting import postgresql, try_engine, wire
from infrastructure.connecting.findings import HUNG_UP, INSECURE, NOBODY, NOT_ENCRYPTED, SILENT, UNREACHABLE
from infrastructure.connecting.scram import Exchange, Refusal, prepared
from tests.infrastructure.authorities import ec_key, pem_of, root, text_of
from tests.infrastructure.speaking import READY, SCRAM, asks_for, error, heard, lets_in, message, row

SECRET = "correct horse battery"

type Listening = Callable[[Callable[[socket.socket], object]], int]


def server_at(port: int, **different: Any) -> dict[str, Any]:
    usual = {"host": "127.0.0.1", "database": "postgres", "user": "console", "tls": "disable", "authority": ""}
    return {**usual, "port": port, **different}


def found(config: dict[str, Any], secret: str = SECRET, deadline_seconds: float = 5.0) -> tuple[str, str]:
    finding = try_engine("postgresql", config, secret, deadline_seconds=deadline_seconds)
    return finding.stage, finding.sentence


@pytest.fixture
def real(may_ask_loopback: None) -> tuple[dict[str, Any], str]:
    """A configuration for the tests' own PostgreSQL, and its password."""
    known = connection.settings_dict
    return server_at(int(known["PORT"]), user=known["USER"]), known["PASSWORD"]


@pytest.fixture
def powerless(real: tuple[dict[str, Any], str]) -> Iterator[str]:
    """A role that may sign in, and nothing else; its password is `SECRET`."""
    config, password = real
    name = f"engine_{secrets.token_hex(4)}"
    address = {"host": config["host"], "port": config["port"], "user": config["user"], "password": password}
    with psycopg.connect(**address, dbname="postgres", autocommit=True) as direct:
        direct.execute(SQL("CREATE ROLE {} LOGIN PASSWORD 'pässwörd'").format(Identifier(name)))
        yield name
        direct.execute(SQL("DROP ROLE {}").format(Identifier(name)))


@pytest.mark.postgresql
def test_a_real_server_is_entered_and_asked(
    real: tuple[dict[str, Any], str], powerless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, password = real
    # What libpq would read counts for nothing.
    for name in ("PGHOST", "PGHOSTADDR", "PGUSER", "PGPASSWORD", "PGSERVICE", "PGSSLMODE", "PGOPTIONS"):
        monkeypatch.setenv(name, "nonsense")
    assert found(config, password) == ("", "")
    assert found(config | {"user": powerless}, "pässwörd") == ("rights", postgresql.NO_CREATE)
    assert found(config | {"user": powerless}, "password") == ("sign_in", postgresql.WRONG)
    assert found(config | {"user": "nobody_of_this_name"}, password) == ("sign_in", postgresql.WRONG)
    assert found(config | {"database": "nothing_of_this_name"}, password) == ("rights", postgresql.NO_DATABASE)
    # The tests' server has no certificate.
    assert found(config | {"tls": "require"}, password) == ("tls", wire.OFFERS_NO_TLS)
    assert found(config | {"tls": "verify-full"}, password) == ("tls", wire.OFFERS_NO_TLS)


def say(what: bytes) -> Callable[[socket.socket], object]:
    """A server that says this to whatever it is asked first, and listens once more."""

    def talk(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(what)
        heard(connection)

    return talk


def answer(*rows: bytes) -> Callable[[socket.socket], object]:
    """A server that lets everybody in, and answers with these rows."""
    return lambda connection: lets_in(connection, *rows)


NONSENSE = ("network", wire.NOT_POSTGRESQL)
SAID: dict[str, tuple[Callable[[socket.socket], object], str, tuple[str, str]]] = {
    "no answer": (lambda s: heard(s) and Moment().wait(1), "disable", ("network", SILENT)),
    "hangs up": (heard, "disable", ("network", HUNG_UP)),
    "HTTP": (say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "require", NONSENSE),
    "a giant message": (say(b"R\x7f\xff\xff\xff"), "disable", NONSENSE),
    "nothing but notices": (say(message(b"N", bytes(1000)) * 100), "disable", NONSENSE),
    "no encryption": (say(b"N"), "verify-full", ("tls", wire.OFFERS_NO_TLS)),
    "GSSAPI": (say(asks_for(7)), "disable", ("sign_in", postgresql.OTHER_WAY)),
    "another SASL": (say(asks_for(10, b"OAUTHBEARER\0\0")), "disable", ("sign_in", postgresql.OTHER_WAY)),
    "too many connections": (say(error("53300")), "disable", ("sign_in", postgresql.FULL)),
    "an unknown error": (say(error("XX000")), "disable", ("sign_in", postgresql.REFUSED)),
    "no CONNECT": (say(error("42501")), "disable", ("rights", postgresql.NO_CONNECT)),
    "a copy": (answer(row(b"true", b"true")), "disable", ("rights", postgresql.READ_ONLY)),
    "another answer": (answer(row(b"x")), "disable", ("rights", postgresql.NO_ANSWER)),
    "a cut answer": (answer(message(b"D", b"\0\2\x7f\xff")), "disable", ("rights", postgresql.NO_ANSWER)),
    "a right answer": (answer(row(b"true", b"false")), "disable", ("", "")),
    "endless rows": (answer(*repeat(row(b"true", b"false"), 9000)), "disable", NONSENSE),
}


@pytest.mark.parametrize("said", SAID)
def test_what_answers_is_not_believed_and_not_waited_for(answering: Listening, said: str) -> None:
    talk, tls, expected = SAID[said]
    began = monotonic()
    # Who answers may take its time on a busy machine.
    deadline = 0.4 if expected == ("network", SILENT) else 5.0
    assert found(server_at(answering(talk), tls=tls), deadline_seconds=deadline) == expected
    assert monotonic() - began < 3


def test_who_drips_is_left_at_the_deadline(answering: Listening) -> None:
    def drip(connection: socket.socket) -> None:
        heard(connection)
        for byte in message(b"N", bytes(500)):
            connection.sendall(bytes([byte]))
            Moment().wait(0.02)

    began = monotonic()
    assert found(server_at(answering(drip)), deadline_seconds=0.3) == ("network", SILENT)
    assert monotonic() - began < 3


@pytest.mark.parametrize("way", [3, 5])
def test_the_password_and_its_md5_go_to_nobody_who_has_not_proven_who_they_are(answering: Listening, way: int) -> None:
    got: list[bytes] = []

    def ask(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(asks_for(way, b"salt"))
        got.append(heard(connection))

    assert found(server_at(answering(ask))) == ("sign_in", postgresql.TOO_OPEN)
    assert got in ([], [b""])


@pytest.mark.parametrize(
    "proof",
    [
        # Two thousand million rounds of work; nothing of what it must say; signed in without a proof of its own.
        lambda nonce: [asks_for(11, b"r=" + nonce + b"x,s=c2FsdA==,i=2147483647")],
        lambda nonce: [asks_for(11, b"r=another,s=c2FsdA==,i=4096")],
        lambda nonce: [asks_for(11, b"\xff\xfe")],
        lambda nonce: [asks_for(11, b"r=" + nonce + b"x,s=c2FsdA==,i=1"), asks_for(12, b"v=bm8=")],
        lambda nonce: [asks_for(11, b"r=" + nonce + b"x,s=c2FsdA==,i=1"), asks_for(0)],
        lambda nonce: [asks_for(0)],
    ],
)
def test_a_server_must_prove_that_it_knows_the_password(
    answering: Listening, proof: Callable[[bytes], list[bytes]]
) -> None:
    def pretend(connection: socket.socket) -> None:
        heard(connection)
        connection.sendall(SCRAM)
        nonce = heard(connection).rpartition(b"r=")[2]
        for step in proof(nonce):
            connection.sendall(step)
            heard(connection)

    began = monotonic()
    assert found(server_at(answering(pretend))) == ("sign_in", postgresql.NOT_PROVEN)
    assert monotonic() - began < 3


def test_scram_by_the_example_of_its_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 7677, section 3; the name, which PostgreSQL leaves out, is put in."""
    exchange = Exchange("pencil")
    nonce = "rOprNGfwEbeRWgbNEkqO"
    monkeypatch.setattr(exchange, "_nonce", nonce)
    monkeypatch.setattr(exchange, "_bare", f"n=user,r={nonce}")
    server = f"{nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    last = exchange.final(f"r={server},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".encode())
    assert last == f"c=biws,r={server},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=".encode()
    exchange.verify(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    with pytest.raises(Refusal):
        exchange.verify(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=")


@pytest.mark.parametrize(
    ("typed", "sent"), [("pencil", "pencil"), ("I\u00adX", "IX"), ("\u2168", "IX"), ("a\u00a0b", "a b"), ("ü\a", "ü\a")]
)
def test_passwords_are_prepared_as_rfc_4013_has_it(typed: str, sent: str) -> None:
    assert prepared(typed) == sent


@pytest.fixture
def encrypted(answering: Listening, tmp_path: Path) -> tuple[int, str]:
    """The port of a server that lets everybody in by their password, for `localhost`; and its authority."""
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text(text_of(root().give("localhost")))
    key.write_text(pem_of(ec_key("leaf")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)

    def talk(plain: socket.socket) -> None:
        heard(plain)
        plain.sendall(b"S")
        with context.wrap_socket(plain, server_side=True) as secure:
            heard(secure)
            secure.sendall(asks_for(3))
            if heard(secure) != message(b"p", SECRET.encode() + b"\0"):
                return
            secure.sendall(asks_for(0) + READY)
            heard(secure)
            secure.sendall(row(b"true", b"false") + READY)
            heard(secure)

    return answering(talk), text_of(root().certificate)


def test_a_certificate_is_asked_for_and_an_authority_of_ones_own_counts(encrypted: tuple[int, str]) -> None:
    port, authority = encrypted
    here = server_at(port, host="localhost")
    assert found(here | {"tls": "verify-full"}) == ("tls", INSECURE)
    assert found(here | {"tls": "verify-full", "authority": authority}) == ("", "")
    # Of another name, it proves nothing; and where nothing is checked, the password stays here.
    assert found(here | {"host": "127.0.0.1", "tls": "verify-full", "authority": authority}) == ("tls", INSECURE)
    assert found(here | {"tls": "require"}) == ("sign_in", postgresql.TOO_OPEN)


@pytest.mark.parametrize("host", ["169.254.169.254", "10.1.2.3", "127.0.0.1", "::1", "fd00::1", "::ffff:10.1.2.3"])
def test_private_addresses_are_nobody(host: str) -> None:
    assert found(server_at(5432, host=host)) == ("name", NOBODY)


def test_a_name_that_leads_inside_later_is_not_followed(monkeypatch: pytest.MonkeyPatch, public_names: None) -> None:
    """It is looked up once: what was checked is where the connection goes (DNS rebinding)."""
    reached: list[Any] = []

    def connect(_socket: socket.socket, where: Any) -> None:
        # From now on the name leads to the metadata service.
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 5432))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
        reached.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert found(server_at(5432, host="db.example.com", tls="verify-full")) == ("network", UNREACHABLE)
    assert reached == [("93.184.215.14", 443)]
    assert found(server_at(5432, host="db.example.com", tls="verify-full")) == ("name", NOBODY)


def test_without_encryption_only_where_the_operator_said_so(public_names: None) -> None:
    assert found(server_at(5432, host="db.example.com")) == ("tls", NOT_ENCRYPTED)
