"""The authorities that certificates may come from: those that browsers know, and those that the operator adds."""

import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import Store
from django.conf import settings
from requests.utils import DEFAULT_CA_BUNDLE_PATH


@dataclass(frozen=True)
class Authorities:
    """Their certificates, and the same as the library verifies with."""

    certificates: tuple[x509.Certificate, ...]
    store: Store

    def have_signed(self, certificate: x509.Certificate) -> bool:
        """Whether one of them is the issuer of the certificate."""
        return any(is_issuer(one, certificate) for one in self.certificates if one.subject == certificate.issuer)


def is_issuer(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the certificate is signed with the key of ``issuer``, by its name."""
    try:
        certificate.verify_directly_issued_by(issuer)
    # Each library below has errors of its own for keys and signatures of no use.
    except Exception:  # noqa: BLE001 -- whatever it was, it is no proof
        return False
    return True


def authorities() -> Authorities:
    """All that are known now (Mozilla's list, as `requests` brings it, and ``CERTIFICATE_AUTHORITIES``)."""
    return _read(settings.CERTIFICATE_AUTHORITIES)


@lru_cache(maxsize=4)
def _read(more: str) -> Authorities:
    """Read the files, once for a process: a new list comes with a new start."""
    texts = [Path(path).read_bytes() for path in (DEFAULT_CA_BUNDLE_PATH, more) if path]
    with warnings.catch_warnings():
        # An old authority on the list has a serial number that today's rules do not allow.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        found = [one for text in texts for one in x509.load_pem_x509_certificates(text)]
    return Authorities(tuple(found), Store(found))
