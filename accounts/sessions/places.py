"""Where an address is, as far as the operator's GeoIP file knows: "Lyon, France"."""

import ipaddress
import logging
from functools import cache, lru_cache

from django.conf import settings
from django.utils.translation import get_language
from geoip2.database import Reader
from geoip2.errors import AddressNotFoundError
from geoip2.models import City
from maxminddb import InvalidDatabaseError

log = logging.getLogger(__name__)


def place_of(address: str | None) -> str:
    """City and country of an IP address, in the reader's language where the file has it, else in English.

    Empty without a file (`GEOIP_FILE`), for addresses of private networks, and for those that the file does not know.
    """
    if not address or not settings.GEOIP_FILE:
        return ""
    return _place(settings.GEOIP_FILE, address, get_language() or settings.LANGUAGE_CODE)


def fault_of(path: str) -> str:
    """What is wrong with a GeoIP file; empty where it is one of cities that can be read."""
    try:
        with Reader(path) as reader:
            kind = reader.metadata().database_type
    except (OSError, InvalidDatabaseError) as error:
        return f"It cannot be opened: {error}"
    return "" if "City" in kind else f"It is a {kind} file, and knows no cities."


@lru_cache(maxsize=4096)
def _place(path: str, address: str, language: str) -> str:
    found = _look_up(path, address) if ipaddress.ip_address(address).is_global else None
    if found is None:
        return ""
    names = [part.names.get(language) or part.names.get("en") for part in (found.city, found.country)]
    return ", ".join(filter(None, names))


def _look_up(path: str, address: str) -> City | None:
    reader = _reader(path)
    try:
        return reader.city(address) if reader else None
    except AddressNotFoundError:
        return None
    except (InvalidDatabaseError, TypeError, ValueError):
        # Damaged, or of another kind; the start-up check said so.
        log.warning("The GeoIP file cannot be read.")
        return None


@cache
def _reader(path: str) -> Reader | None:
    # Opened once in each process: a new file is seen after a restart.
    try:
        return Reader(path)
    except (OSError, InvalidDatabaseError):
        log.warning("The GeoIP file cannot be opened.")
        return None
