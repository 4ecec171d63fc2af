"""The look-up of a name that somebody typed, and the connection to exactly what it led to (ATTACKS 32, ASVS 1.3.6).

A name is looked up once, here; what it leads to is checked, and whoever connects does so to these addresses: a name
that leads elsewhere a moment later changes nothing.
"""

import socket
import ssl
import threading
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import idna
from django.utils.translation import gettext_noop
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from console.destinations import Address, is_allowed_by_setting, is_public

# The least that a socket is told to wait, in seconds: none at all would mean not to wait.
LEAST: Final = 0.01


class NotReached(Exception):
    """Nothing came back: ``sentence`` says why, in English, marked for translation, without the address."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotAllowed(NotReached):
    """The address is not one that may be asked, now or later."""


NO_ADDRESS = gettext_noop("This is no web address.")
PRIVATE = gettext_noop("The address leads into a private network, where we do not send anything.")
UNKNOWN = gettext_noop("The receiver's name cannot be found.")


def addresses_of(host: str, port: int, *, timeout: float) -> list[Address]:
    """Those of a name's addresses that may be asked: those in networks that a setting names, else the public ones.

    ``timeout``: seconds for the look-up. Raises NotAllowed where there are none of these, NotReached for a name that
    nobody knows. Not to be called with a lock held.
    """
    found = _look_up(ascii_host(host), port, timeout)
    own = [address for address in found if is_allowed_by_setting(address.ip)]
    if own:
        return own
    public = [address for address in found if is_public(address.ip)]
    if not public:
        raise NotAllowed(PRIVATE)
    return public


def are_own(addresses: list[Address]) -> bool:
    """Whether all of them are in networks that a setting names, where nothing need be encrypted."""
    return all(is_allowed_by_setting(address.ip) for address in addresses)


def ascii_host(host: str) -> str:
    """The name as DNS and certificates have it. Raises NotAllowed for what is none."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise NotAllowed(NO_ADDRESS) from None


def first_open(addresses: list[Address], deadline: float) -> socket.socket:
    """A connection to the first address that lets us, until ``deadline`` (of `monotonic`). Raises OSError."""
    *others, last = addresses
    for number, address in enumerate(others):
        with suppress(OSError):
            # Of the time that is left, each has its share.
            return _opened(address, left(deadline) / (len(addresses) - number))
    return _opened(last, left(deadline))


def left(deadline: float) -> float:
    """The seconds until then, as sockets take them."""
    return max(deadline - monotonic(), LEAST)


def trust() -> ssl.SSLContext:
    """Who may vouch for a name: what the system trusts (SSL_CERT_FILE names another list), and Mozilla's list."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _look_up(host: str, port: int, timeout: float) -> list[Address]:
    """All addresses of a name. In a thread: the system's resolver takes no time limit."""
    found: list[Any] = []

    def look() -> None:
        # A label that is too long is a UnicodeError.
        with suppress(OSError, UnicodeError):
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    thread = threading.Thread(target=look, name="look-up", daemon=True)
    thread.start()
    thread.join(timeout)
    addresses = [Address.of(family, where) for family, _type, _protocol, _name, where in list(found)]
    if not addresses:
        raise NotReached(UNKNOWN)
    return addresses


def _opened(address: Address, timeout: float) -> socket.socket:
    plain = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        plain.settimeout(timeout)
        plain.connect(address.where)
    except OSError:
        plain.close()
        raise
    return plain
