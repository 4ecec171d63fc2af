"""Where a request comes from, as far as it can be believed."""

import ipaddress
import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

_WELL_FORMED_ID = re.compile(r"[0-9A-Za-z_.-]{8,64}")
_DEVICE_LENGTH = 200


@dataclass(frozen=True)
class Origin:
    """Who asked, for the audit log and the list of sessions: never for a decision on its own.

    ``address``: the client's IP address, empty where it is not known (a Unix socket without a proxy);
    ``device``: the browser's own description of itself, cut to 200 characters; ``request_id``: as in the logs.
    """

    address: str
    device: str
    request_id: str


class OriginRequest(HttpRequest):
    """A request that ``console.middleware.RequestOrigin`` has seen: every one in this console."""

    id: str
    client_address: str
    origin: Origin


@dataclass(frozen=True)
class LoggedRequest:
    """What log lines say about the request that they were written in."""

    request_id: str
    method: str
    path: str


# For log lines only; nothing may be decided on it.
logged_request: ContextVar[LoggedRequest | None] = ContextVar("logged_request", default=None)


def network_of(address: str) -> str:
    """Whose address it is, for what is counted: the network of 64 bits that one customer gets in IPv6, else itself."""
    return address and str(ipaddress.ip_network(f"{address}/{64 if ':' in address else 32}", strict=False)[0])


def origin_of(request: HttpRequest, *, trusted_proxies: int) -> Origin:
    """The origin of a request that came through ``trusted_proxies`` proxies of the deployment's own."""
    return Origin(
        address=_address_of(request, trusted_proxies),
        device=request.headers.get("User-Agent", "")[:_DEVICE_LENGTH],
        request_id=_id_of(request, trusted_proxies),
    )


def _address_of(request: HttpRequest, trusted_proxies: int) -> str:
    """Each proxy appends who it heard from, so only the last ``trusted_proxies`` entries are not the client's words."""
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    if not trusted_proxies:
        return peer
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if len(forwarded) < trusted_proxies:
        return peer
    return _parsed(forwarded[-trusted_proxies]) or peer


def _parsed(text: str) -> str:
    """The address in its one spelling, without a port, an IPv4 address in IPv6 as IPv4; empty when it is none."""
    text = text.strip()
    if match := re.fullmatch(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+", text):
        text = match[1] or match[2]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        if address.scope_id:
            return str(ipaddress.IPv6Address(int(address)))
    return str(address)


def _id_of(request: HttpRequest, trusted_proxies: int) -> str:
    given = request.headers.get("X-Request-ID", "")
    if trusted_proxies and _WELL_FORMED_ID.fullmatch(given):
        return given
    return secrets.token_hex(16)
