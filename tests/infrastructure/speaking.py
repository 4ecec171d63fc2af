"""A PostgreSQL server's side of the protocol, for servers that tests make up: messages, by their letters."""

import socket


def message(kind: bytes, body: bytes = b"") -> bytes:
    """A message as a server sends it."""
    return kind + (len(body) + 4).to_bytes(4) + body


def asks_for(way: int, more: bytes = b"") -> bytes:
    """An authentication request: 0 is enough, 3 the password, 5 its MD5, 7 GSSAPI, 10 SASL."""
    return message(b"R", way.to_bytes(4) + more)


def error(code: str) -> bytes:
    """An error with a code (SQLSTATE), in a language that nobody here reads."""
    return message(b"E", b"SFATAL\0C" + code.encode() + b"\0Mn\xc3\xb5pe\0\0")


def row(*values: bytes) -> bytes:
    """A row of values."""
    return message(b"D", len(values).to_bytes(2) + b"".join(len(one).to_bytes(4) + one for one in values))


READY = message(b"Z", b"I")
SCRAM = asks_for(10, b"SCRAM-SHA-256\0\0")


def heard(connection: socket.socket) -> bytes:
    """What the other side says now, up to 64 KB: a message, as they are short."""
    return connection.recv(65536)


def lets_in(connection: socket.socket, *rows: bytes) -> None:
    """Let in whoever comes, and answer the question with rows."""
    heard(connection)
    connection.sendall(asks_for(0) + message(b"S", b"server_version\017\0") + message(b"K", bytes(8)) + READY)
    heard(connection)
    connection.sendall(message(b"T", bytes(2)) + b"".join(rows) + message(b"C", b"SELECT 1\0") + READY)
    heard(connection)
