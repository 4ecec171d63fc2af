"""What an engine's configuration may be, by its kind (`StorageEngine.config`), and where a secret may be sent.

Who may change an engine must not learn its secret by sending it to a server of theirs: wherever that would go to
another place, it is typed again (`RETYPED`).
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from console.destinations import is_allowed_by_setting, is_public
from console.dialing import NotReached, addresses_of, are_own, ascii_host
from console.refusal import Refused
from infrastructure.connecting.findings import NOBODY, NOT_ENCRYPTED
from infrastructure.connecting.postgresql import DISABLE, REQUIRE, VERIFY_FULL
from infrastructure.models.engine import Kind

# Seconds for the look-up of a form.
LOOK_UP: Final = 4.0
LONGEST: Final = 200
SECRET_LENGTH: Final = 1000
# Of a pasted authority: a few certificates.
PEM_LENGTH: Final = 32 * 1024
HIGHEST_PORT: Final = 65535
TLS: Final = (VERIFY_FULL, REQUIRE, DISABLE)

# What says to whom a secret is shown, by kind.
RETYPED: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.POSTGRESQL: ("host", "port", "user", "tls", "authority"),
    Kind.S3: ("endpoint", "access_key_id"),
}
# The field that says where an engine is, and what its secret is called in a form.
PLACE: Final[Mapping[str, str]] = {Kind.POSTGRESQL: "host", Kind.S3: "endpoint"}

_HOST: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_REGION: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
# Amazon S3, *Bucket naming rules*; others allow no more than this, or hardly.
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
_ACCESS_KEY: Final = re.compile(r"[!-~]{1,128}")
_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def clean_config(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as it is kept. Nothing is looked up here.

    Raises Refused at the field that is wrong; for an address inside of a network that is nobody's business, too.
    """
    return CLEANERS[Kind(kind)](config)


def clean_secret(secret: str) -> str:
    """The password or secret key, as it was typed. Raises Refused, at the field ``secret``."""
    if not secret:
        raise Refused(_("Type it."), code="required", field="secret")
    if len(secret) > SECRET_LENGTH or "\0" in secret:
        raise Refused(_("This cannot be one."), code="secret", field="secret")
    return secret


def is_elsewhere(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a secret of before would now be shown to somebody else, or under another name."""
    return any((before.get(name) or "") != (after.get(name) or "") for name in RETYPED[Kind(kind)])


def check_place(kind: str, config: Mapping[str, Any]) -> None:
    """Refuse what leads to nobody, or inside, at this moment (ATTACKS 32). It is checked again at each connection.

    Not to be called with a lock held: it looks the name up. Raises Refused at the field that names the place, or
    ``tls``.
    """
    is_plain = config.get("tls") == DISABLE
    host, port = config.get("host", ""), config.get("port", 0)
    if kind == Kind.S3:
        parts = urlsplit(config["endpoint"])
        is_plain, host, port = parts.scheme == "http", parts.hostname or "", parts.port or 443
    try:
        addresses = addresses_of(host, port, timeout=LOOK_UP)
    except NotReached:
        raise Refused(gettext(NOBODY), code="address", field=PLACE[Kind(kind)]) from None
    if is_plain and not are_own(addresses):
        field = "tls" if kind == Kind.POSTGRESQL else PLACE[Kind.S3]
        raise Refused(gettext(NOT_ENCRYPTED), code="plain", field=field)


def _postgresql(config: Mapping[str, Any]) -> dict[str, Any]:
    tls = config.get("tls") or VERIFY_FULL
    if tls not in TLS:
        raise Refused(_("Choose how the connection is encrypted."), code="tls", field="tls")
    return {
        "host": _host(str(config.get("host", "")), "host"),
        "port": _port(config.get("port")),
        "database": _line(config, "database"),
        "user": _line(config, "user"),
        "tls": tls,
        "authority": _authority(str(config.get("authority") or "")) if tls == VERIFY_FULL else "",
    }


def _s3(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "endpoint": _endpoint(str(config.get("endpoint", ""))),
        "region": _matching(config, "region", _REGION, _("Enter a region, as eu-west-1.")),
        "bucket": _matching(config, "bucket", _BUCKET, _("Enter the name of a bucket.")),
        "access_key_id": _matching(config, "access_key_id", _ACCESS_KEY, _("Enter an access key id.")),
        "path_style": bool(config.get("path_style")),
    }


CLEANERS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    Kind.POSTGRESQL: _postgresql,
    Kind.S3: _s3,
}


def _host(typed: str, field: str) -> str:
    """A name as DNS has it, or an address."""
    try:
        host = ascii_host(typed.strip().strip("[]").lower())
    except NotReached:
        host = ""
    try:
        ip = ip_address(host)
    except ValueError:
        if _HOST.fullmatch(host):
            return host
        raise Refused(_("Enter the name of a host, as db.example.com."), code="host", field=field) from None
    if not (is_public(ip) or is_allowed_by_setting(ip)):
        raise Refused(gettext(NOBODY), code="address", field=field)
    return host


def _port(port: Any) -> int:
    # JSON's true is a number to Python.
    if type(port) is not int or not 1 <= port <= HIGHEST_PORT:
        raise Refused(_("Enter a port from 1 to %d.") % HIGHEST_PORT, code="port", field="port")
    return port


def _line(config: Mapping[str, Any], name: str) -> str:
    text = str(config.get(name, "")).strip()
    if not text or not text.isprintable():
        raise Refused(_("Enter it as the server has it."), code="required", field=name)
    if len(text) > LONGEST:
        most = ngettext("Type at most %d letter.", "Type at most %d letters.", LONGEST) % LONGEST
        raise Refused(most, code="length", field=name)
    return text


def _matching(config: Mapping[str, Any], name: str, pattern: re.Pattern[str], sentence: str) -> str:
    text = str(config.get(name, "")).strip()
    if not pattern.fullmatch(text):
        raise Refused(sentence, code="form", field=name)
    return text


def _endpoint(typed: str) -> str:
    """Scheme, host and port, and nothing else."""
    wrong = Refused(_("Enter an address without a path, as https://s3.example.com."), code="address", field="endpoint")
    text = typed.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"https", "http"} or not host or not is_bare or len(text) > LONGEST or port == 0:
        raise wrong
    name = _host(host, "endpoint")
    name = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port}" if port else f"{parts.scheme}://{name}"


def _authority(typed: str) -> str:
    """The certificates of a pasted authority, and nothing that stood beside them."""
    text = typed.strip()
    if not text:
        return ""
    if "PRIVATE KEY" in text:
        sentence = _("There is a private key in it. Paste the certificate of the authority alone; nothing was kept.")
        raise Refused(sentence, code="key", field="authority")
    wrong = Refused(_("Enter the certificate of the authority, in PEM."), code="authority", field="authority")
    if len(text) > PEM_LENGTH:
        raise wrong
    try:
        found = [x509.load_pem_x509_certificate(pem.encode()) for pem in _PEM.findall(text)]
    except (ValueError, x509.InvalidVersion):
        raise wrong from None
    if not found:
        raise wrong
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in found)
