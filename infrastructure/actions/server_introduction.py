"""What a server says of itself, made fit to be kept and shown; nothing is fetched from the address."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from console.refusal import Refused
from console.text import is_readable, is_web_address, one_line
from infrastructure.models.server import ID_LENGTH, NAME_LENGTH, URL_LENGTH, VERSION_LENGTH


@dataclass(frozen=True, kw_only=True)
class Introduction:
    """What a server says of itself when it connects; ``external_id``: what it calls itself, the same each time."""

    name: str
    url: str
    version: str
    external_id: str


def checked(said: Introduction) -> Introduction:
    """The same as it is kept: on one line each. Raises Refused, with the name of the field as servers send it."""
    name = one_line(said.name, NAME_LENGTH)
    if not is_readable(name):
        raise Refused(_("Give the server a name."), code="name", field="name")
    own_id = said.external_id
    if not (own_id.isascii() and own_id.isprintable() and own_id.strip() and len(own_id) <= ID_LENGTH):
        raise Refused(_("An id has 1 to %d letters, digits and signs.") % ID_LENGTH, code="id", field="id")
    return replace(said, name=name, url=_checked_address(said.url), version=checked_version(said.version))


def checked_version(version: str) -> str:
    """A version as it is kept. Raises Refused for one that nobody can read."""
    line = one_line(version, VERSION_LENGTH)
    if not is_readable(line):
        raise Refused(_("Say which version runs."), code="version", field="version")
    return line


def _checked_address(url: str) -> str:
    """An address that a link may lead to; what makes it read as another (marks, a name before the host) is refused."""
    url = url.strip()
    if len(url) > URL_LENGTH or not is_web_address(url) or one_line(url, URL_LENGTH) != url or not _has_port(url):
        raise Refused(
            _("Give the address of the server's page: it begins with http:// or https://."), code="url", field="url"
        )
    if "@" in urlsplit(url).netloc:
        raise Refused(_("Give the address without a user name and password."), code="url-credentials", field="url")
    return url


def _has_port(url: str) -> bool:
    """Whether the port, where one is said, is one."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
