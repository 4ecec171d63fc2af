"""From where a key may be used: addresses and networks, each written in one way."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.refusal import Refused

MOST_NETWORKS = 20
# An IPv4 address as IPv6 writes it, ::ffff:192.0.2.1 (RFC 4291, 2.5.5.2): the same place, and one way to write it.
_MAPPED = IPv6Network("::ffff:0:0/96")
# No address is longer: what is, need not be read.
_LONGEST = 50

type Network = IPv4Network | IPv6Network


def clean_networks(lines: Iterable[str]) -> list[str]:
    """The networks of these lines, in CIDR form and each once; empty lines are left out. None: from anywhere.

    Raises Refused, at the field ``networks`` and naming the line, for what is no address or network, for all
    addresses at once, and for more than `MOST_NETWORKS`.
    """
    written = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    if len(written) > MOST_NETWORKS:
        raise _refused(
            ngettext("Give at most %d address or network.", "Give at most %d addresses or networks.", MOST_NETWORKS)
            % MOST_NETWORKS
        )
    # In the order in which they were written, each once.
    return list(dict.fromkeys(str(_network(number, text)) for number, text in written))


def are_within(inner: Sequence[str], outer: Sequence[str]) -> bool:
    """Whether each of ``inner`` lies in one of ``outer``; both as `clean_networks` gave them, empty for anywhere."""
    if not outer:
        return True
    around = [ip_network(text) for text in outer]
    return bool(inner) and all(any(_lies_in(ip_network(text), one) for one in around) for text in inner)


def _lies_in(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def _network(number: int, text: str) -> Network:
    network = _read(text)
    if network is None:
        raise _refused(
            _("Line %d is neither an address nor a network. Write it like 192.0.2.10, 192.0.2.0/24 or 2001:db8::/32.")
            % number
        )
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        low = int(network.network_address) - int(_MAPPED.network_address)
        network = IPv4Network((low, network.prefixlen - _MAPPED.prefixlen))
    if network.prefixlen == 0:
        raise _refused(
            _("Line %d stands for every address. To allow the key from anywhere, leave this empty.") % number
        )
    return network


def _read(text: str) -> Network | None:
    # A zone (fe80::1%eth0) says something on one machine only.
    if len(text) > _LONGEST or "%" in text:
        return None
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _refused(sentence: str) -> Refused:
    return Refused(sentence, code="networks", field="networks")
