"""The authority of the demo: it issues certificates that no browser knows, with keys that nobody keeps."""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infrastructure.material import Material

NAME: Final = "Console Demo Authority"
YEARS: Final = timedelta(days=3650)


class Authority:
    """A key and the certificate that it signed for itself, ten years from ``now`` less a year."""

    def __init__(self, now: datetime) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        begun = now - timedelta(days=365)
        built = _builder(self._name, self._name, self._key.public_key(), begun, begun + YEARS)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self._certificate = built.sign(self._key, hashes.SHA256())

    def issue(self, names: tuple[str, ...], not_before: datetime, not_after: datetime) -> Material:
        """A certificate for these names with a new key, as `infrastructure.material` reads one."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        built = _builder(subject, self._name, key.public_key(), not_before, not_after)
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        certificate = built.sign(self._key, hashes.SHA256())
        chain = (certificate, self._certificate)
        return Material(
            chain="".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in chain),
            key=key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
            names=list(names),
            subject=names[0],
            issuer=NAME,
            serial=f"{certificate.serial_number:x}",
            fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
            key_kind="EC P-256",
            not_before=not_before,
            not_after=not_after,
        )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return built.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
