"""Which page somebody came to help from: it stands in their ticket, so it says where they were, and no more."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from console.paths import is_own_path

# Pages of somebody who is signed in. No others: the address of an invitation is its secret.
PLACES = ("/o/", "/profile/", "/organizations/", "/getting-started/")
LONGEST = 300


def page_in(query: Mapping[str, str]) -> str:
    """The path that an address names in ``from``, without what was searched there; empty where it is none of ours."""
    return page_at(query.get("from", ""))


def page_before(referer: str, host: str) -> str:
    """The page of ours, on this ``host``, that led to this one, as browsers tell it to the same site (``Referer``)."""
    try:
        before = urlsplit(referer)
    except ValueError:
        return ""
    return page_at(before.path) if before.netloc == host else ""


def page_at(address: str) -> str:
    """The path of an address of ours, without what was searched there; empty where it is none of these pages."""
    path = address.partition("?")[0].partition("#")[0]
    return path if is_own_path(path) and path.startswith(PLACES) and len(path) <= LONGEST else ""
