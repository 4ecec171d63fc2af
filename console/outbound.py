"""The one way out to addresses that people type: receivers of events, storage engines, services to be provisioned.

Somebody who may type an address must not reach through us what only we can reach (ATTACKS 32, ASVS 1.3.6): the name is
looked up here, once, what it leads to is checked, and the connection goes to exactly that. Redirects are not followed:
who moves says so to whoever typed the address. Nothing of the environment counts (proxies, .netrc), and no cookie is
kept. The name of a certificate is the name that was typed.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, override
from urllib.parse import SplitResult, urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext, gettext_noop

from console.destinations import Address
from console.dialing import (
    NO_ADDRESS,
    PRIVATE,
    UNKNOWN,
    NotAllowed,
    NotReached,
    addresses_of,
    are_own,
    ascii_host,
    first_open,
    left,
    trust,
)
from console.refusal import Refused

# Whoever asks here is told with these what came of it.
__all__ = [
    "INSECURE",
    "NONSENSE",
    "NOT_HTTPS",
    "PRIVATE",
    "SILENT",
    "UNKNOWN",
    "UNREACHABLE",
    "Answer",
    "NotAllowed",
    "NotReached",
    "check_address",
    "host_of",
    "post",
    "request",
]

USER_AGENT: Final = "Console-Outbound/1.0"
# Seconds that a whole exchange may take: the look-up, the connection, the request and the answer together.
TIMEOUT: Final = 10.0
# Seconds for the look-up of a form.
LOOK_UP: Final = 4.0
# Bytes of an answer that are kept; a longer one is cut.
ANSWER: Final = 64 * 1024
LONGEST: Final = 500
HTTPS_PORT, HTTP_PORT = 443, 80


NOT_HTTPS = gettext_noop("The address must begin with https://.")
HAS_PASSWORD = gettext_noop("Leave the user name and the password out of the address.")
SILENT = gettext_noop("The receiver did not answer in time.")
INSECURE = gettext_noop("No secure connection to the receiver: its certificate does not prove who it is.")
# For a form: of a name that somebody tries, whether it is known inside is not told.
NOBODY = gettext_noop(
    "The address leads to nobody on the public internet: its name is unknown, or it leads into a private network, where"
    " we do not send anything."
)
UNREACHABLE = gettext_noop("The receiver cannot be reached.")
NONSENSE = gettext_noop("The receiver's answer is not HTTP.")


@dataclass(frozen=True)
class Answer:
    """What came back: the status of HTTP, the first bytes of the body, and the headers, by their names in small."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_success(self) -> bool:
        """Whether the receiver took what was sent."""
        return http.client.OK <= self.status < http.client.MULTIPLE_CHOICES


def post(
    url: str, body: bytes, headers: Mapping[str, str] | None = None, *, timeout: float = TIMEOUT, keep: int = ANSWER
) -> Answer:
    """POST ``body``; see `request`."""
    return request("POST", url, body=body, headers=headers, timeout=timeout, keep=keep)


def request(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT,
    keep: int = ANSWER,
) -> Answer:
    """Ask an address that somebody typed, and return what it answers, redirects and errors as they are.

    ``timeout``: seconds for all of it, however slowly the other side drips; ``keep``: bytes of the answer, the rest is
    not read. Raises NotAllowed where the address must not be asked, NotReached where nothing came back.
    """
    deadline = monotonic() + timeout
    parts = _parts(url)
    connection = _Connection(parts, _allowed(parts, timeout), deadline)
    with _sentences(deadline), connection.ending_in_time():
        connection.request(method, _target(parts), body, {"User-Agent": USER_AGENT, **(headers or {})})
        # Closed whether or not all of it was read.
        with connection.getresponse() as answer:
            kept = answer.read(keep)
        if monotonic() >= deadline:
            # Pulled down, a connection looks like one that ended.
            raise TimeoutError
        return Answer(answer.status, kept, {name.lower(): value for name, value in answer.getheaders()})


def host_of(url: str) -> str:
    """What may be written down of an address: its path and query may hold a token."""
    return urlsplit(url).hostname or ""


def check_address(url: str, *, field: str = "url") -> str:
    """The address, if it may be asked and its name is known at this moment; for forms (ATTACKS 32).

    It is checked again whenever it is asked. Raises Refused with what is wrong with it, where it leads inside with the
    same words as where it leads nowhere (CWE-203: nobody asks us for the names of our network). Not to be called with a
    lock held: it looks the name up.
    """
    try:
        _allowed(_parts(url), LOOK_UP)
    except NotReached as problem:
        sentence = NOBODY if problem.sentence in {PRIVATE, UNKNOWN} else problem.sentence
        raise Refused(gettext(sentence), code="address", field=field) from None
    return url


def _parts(url: str) -> SplitResult:
    """The address, taken apart once; everything after this uses the same parts."""
    if len(url) > LONGEST or any(ord(character) <= ord(" ") or character == "\\" for character in url):
        raise NotAllowed(NO_ADDRESS)
    try:
        parts = urlsplit(url)
        # Reading it raises for what is no port.
        _port(parts)
    except ValueError:
        raise NotAllowed(NO_ADDRESS) from None
    if "@" in parts.netloc:
        raise NotAllowed(HAS_PASSWORD)
    if parts.scheme not in {"https", "http"}:
        raise NotAllowed(NOT_HTTPS)
    if not parts.hostname:
        raise NotAllowed(NO_ADDRESS)
    return parts


def _allowed(parts: SplitResult, timeout: float) -> list[Address]:
    """Those of the name's addresses that may be asked. Plain HTTP: only inside of networks that a setting names."""
    addresses = addresses_of(parts.hostname or "", _port(parts), timeout=timeout)
    if parts.scheme != "https" and not are_own(addresses):
        raise NotAllowed(NOT_HTTPS)
    return addresses


def _port(parts: SplitResult) -> int:
    return parts.port or (HTTPS_PORT if parts.scheme == "https" else HTTP_PORT)


def _target(parts: SplitResult) -> str:
    """What is asked for on the host: path and query, never the fragment."""
    return iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


class _Connection(http.client.HTTPConnection):
    """A connection to addresses that were checked, for the name that was typed, until a deadline."""

    def __init__(self, parts: SplitResult, addresses: list[Address], deadline: float) -> None:
        # The host is for the Host header alone: `connect` does not look it up.
        super().__init__(ascii_host(parts.hostname or ""), _port(parts))
        self.default_port = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
        self._is_secure = parts.scheme == "https"
        self._addresses, self._deadline = addresses, deadline
        self._cord: socket.socket | None = None

    @override
    def connect(self) -> None:
        """Connect to the first address that lets us; nothing is looked up any more."""
        plain = first_open(self._addresses, self._deadline)
        # A second handle on the same connection, which stays when TLS takes the first over.
        self._cord = plain.dup()
        self.sock = plain
        plain.settimeout(left(self._deadline))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._is_secure:
            self.sock = trust().wrap_socket(plain, server_hostname=self.host)

    @contextmanager
    def ending_in_time(self) -> Iterator[None]:
        """Pull the connection down at the deadline, however much is still to come: each byte begins a new time-out."""
        timer = threading.Timer(left(self._deadline), self._pull)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self.close()
            if self._cord:
                self._cord.close()

    def _pull(self) -> None:
        if self._cord:
            with suppress(OSError):
                self._cord.shutdown(socket.SHUT_RDWR)


@contextmanager
def _sentences(deadline: float) -> Iterator[None]:
    """What went wrong, without the exception's own words, which may name the address."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        if monotonic() >= deadline or isinstance(error, TimeoutError):
            raise NotReached(SILENT) from None
        if isinstance(error, ssl.SSLError):
            raise NotReached(INSECURE) from None
        if isinstance(error, OSError | http.client.RemoteDisconnected):
            raise NotReached(UNREACHABLE) from None
        raise NotReached(NONSENSE) from None
