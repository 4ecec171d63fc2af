"""Where a connection to an address that somebody typed may lead: the public internet, and what a setting names."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, Self

from django.conf import settings

type Ip = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

# What Python's registry of IANA's calls global, or has no word for, and which is not the public internet.
NOT_PUBLIC: Final[tuple[Network, ...]] = tuple(
    ip_network(network)
    for network in (
        # The metadata service of Azure, at an address of Microsoft's that only machines there reach.
        "168.63.129.16/32",
        # Protocol assignments (RFC 6890) and documentation (RFC 9637), of which older Pythons do not know all.
        "192.0.0.0/24",
        "3fff::/20",
        # Relays of 6to4 (RFC 7526).
        "192.88.99.0/24",
        # IPv4 in IPv6: compatible (RFC 4291), mapped, NAT64 (RFC 6052, RFC 8215), Teredo (RFC 4380), 6to4 (RFC 3056).
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        # Site-local (RFC 3879), deprecated.
        "fec0::/10",
    )
)


@dataclass(frozen=True)
class Address:
    """One address that a name leads to, as sockets take it."""

    family: socket.AddressFamily
    where: Any
    ip: Ip

    @classmethod
    def of(cls, family: socket.AddressFamily, where: Any) -> Self:
        """From what ``getaddrinfo`` answers."""
        return cls(family, where, ip_address(where[0]))


def is_public(ip: Ip) -> bool:
    """Whether it is of the public internet: not private, local, reserved, multicast, nor another one in disguise."""
    # Multicast addresses of global scope count as global, and ::1%eth0 as another address than ::1.
    if not ip.is_global or ip.is_multicast or ip.is_reserved or (isinstance(ip, IPv6Address) and ip.scope_id):
        return False
    return not _is_in(ip, NOT_PUBLIC)


def is_allowed_by_setting(ip: Ip) -> bool:
    """Whether OUTBOUND_ALLOWED_NETWORKS names a network that the address is in."""
    return _is_in(ip, settings.OUTBOUND_ALLOWED_NETWORKS)


def _is_in(ip: Ip, networks: tuple[Network, ...]) -> bool:
    return any(ip in network for network in networks if network.version == ip.version)
