"""What somebody hands in to be a certificate here, checked from all sides (issue 8; ATTACKS 35)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from console.refusal import Refused
from console.text import one_line
from infrastructure.material.chains import called, check_leaf, names_of, titled, verified_chain
from infrastructure.material.keys import Key, belongs_to, kind_of, load_key, read_key, written
from infrastructure.material.opening import opened
from infrastructure.material.pem import LONGEST_PEM, read_certificates

__all__ = ["LONGEST_BUNDLE", "LONGEST_PEM", "Material", "read_pem", "read_pkcs12"]

LONGEST_BUNDLE = 256 * 1024
# Names in one certificate: authorities that browsers know give a few hundred at most.
MOST_NAMES = 1000


@dataclass(frozen=True, kw_only=True)
class Material:
    """A certificate with all that is needed to use it, verified when it was read.

    ``chain``: PEM, the certificate first, then what leads to the authority, in order; ``key``: PKCS #8 in PEM, open;
    the others as the columns of `Certificate` have them.
    """

    chain: str = field(repr=False)
    key: str = field(repr=False)
    names: list[str]
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    key_kind: str
    not_before: datetime
    not_after: datetime


@sensitive_variables()
def read_pem(certificate: bytes, chain: bytes, key: bytes, password: str) -> Material:
    """Read a certificate, what leads from it to the authority, and its key, as PEM; each as it was pasted or uploaded.

    Several certificates may stand in one field, in any order: the one that is for the key is taken. ``password``: of an
    encrypted key, else empty. Raises Refused at ``certificate``, ``chain``, ``key`` or ``password``.
    """
    found = read_certificates(certificate, "certificate")
    if not found:
        raise Refused(_("Paste the certificate, or choose its file."), code="required", field="certificate")
    others = read_certificates(chain, "chain")
    if not key.strip():
        raise Refused(_("Paste the private key, or choose its file."), code="required", field="key")
    return _material([*found, *others], read_key(key, password), _Fields("certificate", "chain", "key"))


@sensitive_variables()
def read_pkcs12(data: bytes, password: str) -> Material:
    """Read a certificate with its chain and key from a PKCS #12 file. Raises Refused at ``bundle`` or ``password``."""
    if len(data) > LONGEST_BUNDLE:
        raise Refused(_("This file is too long: 256 KB are the most."), code="too-long", field="bundle")
    if not data:
        raise Refused(_("Choose the file."), code="required", field="bundle")
    inside = opened("bundle", data, password, field_name="bundle")
    if not inside["key"]:
        sentence = _("There is no private key in this file. Export it once more, with the key.")
        raise Refused(sentence, code="no-key", field="bundle")
    found = read_certificates("".join(inside["certificates"]).encode(), "bundle")
    if not found:
        sentence = _("There is no certificate in this file. Export it once more, with the certificate.")
        raise Refused(sentence, code="no-certificate", field="bundle")
    return _material(found, load_key(inside["key"].encode(), "bundle"), _Fields("bundle", "bundle", "bundle"))


@dataclass(frozen=True)
class _Fields:
    """Where what is wrong with which part is said."""

    certificate: str
    chain: str
    key: str


@sensitive_variables("key")
def _material(found: Sequence[x509.Certificate], key: Key, fields: _Fields) -> Material:
    leaf = next((one for one in found if belongs_to(key, one)), None)
    if leaf is None:
        # A weak key in the certificate is the better reason.
        kind_of(found[0].public_key(), fields.certificate)
        sentence = _("This key does not belong to the certificate of “%s”. Find the one that it was requested with.")
        raise Refused(sentence % titled(found[0]), code="key-mismatch", field=fields.key)
    now = timezone.now()
    check_leaf(leaf, now, fields.certificate)
    names = names_of(leaf)
    if len(names) > MOST_NAMES:
        sentence = _("There are more than %d names in this certificate.") % MOST_NAMES
        raise Refused(sentence, code="too-many-names", field=fields.certificate)
    chain = verified_chain(leaf, [one for one in found if one != leaf], now, fields.chain)
    return Material(
        chain="".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in chain),
        key=written(key),
        names=names,
        subject=one_line(called(leaf.subject), 255),
        issuer=one_line(called(leaf.issuer), 255),
        serial=f"{leaf.serial_number:x}",
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        key_kind=kind_of(leaf.public_key(), fields.certificate),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
    )
