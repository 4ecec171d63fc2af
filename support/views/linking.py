"""Plain text on a page: escaped, its lines kept by the style, and addresses of the web made links. Nothing else."""

import re
from typing import Final

from markupsafe import Markup

from console.text import is_web_address

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
# What ends a sentence after an address, and is none of it.
_AFTER: Final = ".,;:!?*_~"
# Nobody reads more; an address that long is no help to anybody.
_LONGEST: Final = 2_000


def linked(text: str) -> Markup:
    """``text`` as HTML. Links do not vouch for where they lead, and tell it nothing (rel, RFC 8288; ATTACKS 34)."""
    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = _without_what_follows(match[0]) if len(match[0]) <= _LONGEST else ""
        if not is_web_address(address):
            continue
        parts += [Markup.escape(text[end : match.start()]), _link(address)]
        end = match.start() + len(address)
    return Markup("").join([*parts, Markup.escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(address)


def _without_what_follows(address: str) -> str:
    while address:
        shorter = address.rstrip(_AFTER)
        # A bracket that the address does not open belongs to the text around it.
        for opening, closing in ("()", "[]"):
            if shorter.endswith(closing) and shorter.count(opening) < shorter.count(closing):
                shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter
    return address
