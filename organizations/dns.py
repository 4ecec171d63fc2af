"""What DNS says of a domain name: the look-up that proves it (issue 8, *Domains*).

The answer is a stranger's, and of any size and shape: it is compared, and shown in part, and nothing else. The
questions go to the name servers of the operator (``DNS_SERVERS``, or the machine's own): no address here is a
customer's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import dns.exception
import dns.resolver
from django.conf import settings
from dns.nameserver import Do53Nameserver
from dns.rdatatype import TXT

from console.text import one_line
from organizations.models.domain import FOUND_LENGTH, Problem

# Seconds: for all servers and tries together, and for one of them.
LIFETIME, TIMEOUT = 5.0, 2.0
PORT = 53


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a look-up came to.

    ``problem``: empty where the record is there; `NO_NAME`: nothing has the name; `NO_RECORD`: it has no TXT record;
    `OTHER_RECORD`: it has, with another text, of which ``said`` is the beginning; `NO_ANSWER`: the name servers have
    not answered, or with an error of theirs, so that nobody knows.
    """

    problem: Problem | None = None
    said: str = ""

    @property
    def is_there(self) -> bool:
        """Whether the record is as it has to be."""
        return self.problem is None

    @property
    def is_answer(self) -> bool:
        """Whether it says anything about the name."""
        return self.problem != Problem.NO_ANSWER


def look_up(name: str, value: str) -> Finding:
    """Look for a TXT record of ``name`` that says ``value``, over UDP, and over TCP where that is long (RFC 1035).

    A record in several strings is one text (RFC 7208, 3.3); aliases (CNAME) are followed; spaces and quotation marks
    around it, which some providers keep, do not count. Takes up to `LIFETIME` seconds. Never raises.
    """
    try:
        texts = list(_texts(name))
    except dns.resolver.NXDOMAIN:
        return Finding(problem=Problem.NO_NAME)
    except dns.resolver.NoAnswer:
        return Finding(problem=Problem.NO_RECORD)
    except (dns.exception.DNSException, OSError, ValueError, EOFError):
        # A server that fails, is silent, or sends what is no answer; a machine that knows no server.
        return Finding(problem=Problem.NO_ANSWER)
    if value in texts:
        return Finding()
    return Finding(problem=Problem.OTHER_RECORD, said=one_line(texts[0] if texts else "", FOUND_LENGTH))


def _texts(name: str) -> Iterator[str]:
    answer = _resolver().resolve(name, TXT, search=False, lifetime=LIFETIME)
    for record in answer:
        text = b"".join(record.strings).decode("ascii", "replace")
        yield text.strip().strip('"').strip()


def _resolver() -> dns.resolver.Resolver:
    """A resolver without a memory: who has just set the record wants it found."""
    if not settings.DNS_SERVERS:
        resolver = dns.resolver.Resolver()
    else:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [server_at(address) for address in settings.DNS_SERVERS]
    resolver.timeout = TIMEOUT
    return resolver


def server_at(address: str) -> Do53Nameserver:
    """The server at ``10.0.0.2``, ``10.0.0.2:5353``, ``fd00::2`` or ``[fd00::2]:5353``. Raises ValueError."""
    host, port = address, PORT
    if address.startswith("["):
        host, _bracket, rest = address[1:].partition("]")
        port = int(rest.removeprefix(":") or PORT)
    elif address.count(":") == 1:
        host, _colon, given = address.partition(":")
        port = int(given)
    return Do53Nameserver(str(ip_address(host)), port)
