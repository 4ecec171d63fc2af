"""PEM as people paste it (RFC 7468): its blocks, and the certificates in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from console.refusal import Refused

# Bytes of a field; a chain of ten certificates with long keys has half of them.
LONGEST_PEM = 64 * 1024
# Certificates of a field: no chain that leads anywhere is so long.
MOST = 10

CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})
REQUESTS = frozenset({"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"})

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Block:
    """What stands between two lines of dashes; ``text``: with them, as it was typed but for blanks around lines."""

    label: str
    text: bytes = field(repr=False)

    @property
    def is_certificate(self) -> bool:
        """Whether it says that it is a certificate."""
        return self.label in CERTIFICATES

    @property
    def is_key(self) -> bool:
        """Whether it says that it is a private key, of whatever kind."""
        return self.label.endswith("PRIVATE KEY")


@sensitive_variables()
def blocks_of(data: bytes, field_name: str) -> list[Block]:
    """The blocks of a field. Raises Refused where it is too long, or a file that holds no text."""
    if len(data) > LONGEST_PEM:
        raise Refused(
            _("This is too long for a certificate, a chain or a key: 64 KB are the most."),
            code="too-long",
            field=field_name,
        )
    found = list(_blocks(data.removeprefix(_MARK)))
    # What begins as a sequence of ASN.1 does is binary.
    if not found and data.startswith(b"\x30"):
        raise Refused(
            _("This is a binary file (DER, or PKCS #12). Convert it to PEM: text that begins with -----BEGIN."),
            code="binary",
            field=field_name,
        )
    return found


@sensitive_variables()
def _blocks(data: bytes) -> Iterator[Block]:
    """Line by line: nothing in it takes more than one look."""
    label, lines = b"", list[bytes]()
    for raw in data.splitlines():
        line = raw.strip()
        if begin := _BEGIN.fullmatch(line):
            label, lines = begin[1], [line]
        elif label and line == b"-----END " + label + b"-----":
            yield Block(label.decode(), b"\n".join([*lines, line, b""]))
            label = b""
        elif label:
            lines.append(line)


def read_certificates(data: bytes, field_name: str) -> list[x509.Certificate]:
    """The certificates of a field, in its order; none where it is empty.

    Raises Refused: a private key among them, something else, one that cannot be read, more than `MOST`.
    """
    blocks = blocks_of(data, field_name)
    if any(block.is_key for block in blocks):
        raise Refused(
            _("There is a private key here. It belongs in the field for the key, and only there."),
            code="key-in-certificate",
            field=field_name,
        )
    found = [block for block in blocks if block.is_certificate]
    if len(found) > MOST:
        raise Refused(
            _("There are more than %d certificates here. Leave those that lead to the authority, and no others.")
            % MOST,
            code="too-many",
            field=field_name,
        )
    if not found and data.strip():
        raise _no_certificate(blocks, field_name)
    return [_read(block.text, number, field_name) for number, block in enumerate(found, start=1)]


def _no_certificate(blocks: list[Block], field_name: str) -> Refused:
    if any(block.label in REQUESTS for block in blocks):
        sentence = _("This is a request for a certificate (CSR). Paste the certificate that your authority made of it.")
        return Refused(sentence, code="request", field=field_name)
    if blocks:
        sentence = _("There is no certificate here. It begins with -----BEGIN CERTIFICATE-----.")
        return Refused(sentence, code="no-certificate", field=field_name)
    sentence = _(
        "This is no PEM text. Paste all of it, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, with both"
        " lines."
    )
    return Refused(sentence, code="no-pem", field=field_name)


def _read(text: bytes, number: int, field_name: str) -> x509.Certificate:
    try:
        return checked(x509.load_pem_x509_certificate(text))
    except UNREADABLE:
        sentence = _("The certificate number %d here cannot be read. Copy it again, all of it.")
        raise Refused(sentence % number, code="unreadable", field=field_name) from None


# What a certificate that is none, or a strange one, raises when it is looked at.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def checked(certificate: x509.Certificate) -> x509.Certificate:
    """The certificate, all of whose parts can be read: they are parsed when they are looked at. Raises `UNREADABLE`."""
    _parts = (
        certificate.extensions,
        certificate.subject,
        certificate.issuer,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.public_key(),
        # Of one that nobody knows, it raises.
        certificate.signature_hash_algorithm,
    )
    return certificate
