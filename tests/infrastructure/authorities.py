"""A certificate authority of the tests' own: what it gives is what people hand in.

Keys are made once for a process, for they take long; RSA only where it matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.test import override_settings

DAY = timedelta(days=1)


@cache
def ec_key(which: str, curve: str = "secp256r1") -> ec.EllipticCurvePrivateKey:
    """The key that goes by this name."""
    curves = {"secp256r1": ec.SECP256R1(), "secp521r1": ec.SECP521R1(), "secp192r1": ec.SECP192R1()}
    return ec.generate_private_key(curves[curve])


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """The RSA key of this length."""
    return rsa.generate_private_key(65537, bits)


def pem_of(key: Any, password: str = "") -> str:
    """A key as PKCS #8 in PEM, encrypted where there is a password."""
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    text: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return text.decode()


def text_of(*certificates: x509.Certificate) -> str:
    """Certificates as PEM."""
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in certificates)


@dataclass
class Signer:
    """Somebody who signs: an authority with its certificate and key."""

    certificate: x509.Certificate
    key: Any

    def give(self, *names: str, key: Any = None, **changes: Any) -> x509.Certificate:
        """A certificate for a server with these names."""
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        extensions: list[tuple[x509.ExtensionType, bool]] = [(alternative, False)] if names else []
        wanted = {"common_name": names[0] if names else "nobody", "extensions": extensions, **changes}
        return make(key=key or ec_key("leaf"), issuer=self, **wanted)

    def give_authority(self, common_name: str, *, key: Any = None, **changes: Any) -> "Signer":
        """An authority below this one."""
        own = key or ec_key(common_name)
        return Signer(make(common_name=common_name, key=own, issuer=self, is_authority=True, **changes), own)


def make(
    *,
    common_name: str,
    key: Any,
    issuer: Signer | None,
    is_authority: bool = False,
    days: tuple[int, int] = (-1, 89),
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    algorithm: Any = None,
    now: datetime | None = None,
) -> x509.Certificate:
    """A certificate that is valid ``days`` from now (from, until); signed by itself where nobody else does."""
    begin = now or datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    signing = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin + days[0] * DAY)
        .not_valid_after(begin + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if is_authority:
        builder = builder.add_extension(_signs_certificates(), critical=True)
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, critical=is_critical)
    return builder.sign(signing, algorithm or hashes.SHA256())


def _signs_certificates() -> x509.KeyUsage:
    nothing = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **nothing)


@cache
def root() -> Signer:
    """The authority that the console of the tests knows; it was there years ago, and will be."""
    key = ec_key("root")
    certificate = make(common_name="Test Root", key=key, issuer=None, is_authority=True, days=(-4000, 4000))
    return Signer(certificate, key)


@cache
def middle() -> Signer:
    """The authority below it, which signs what servers use."""
    return root().give_authority("Test Authority", days=(-3000, 3000))


def bundle_of(
    certificate: x509.Certificate, key: Any, *others: x509.Certificate, password: str, rounds: int = 1
) -> bytes:
    """A PKCS #12 file; ``rounds``: how much work its password is."""
    encryption = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds).build(password.encode())
    return pkcs12.serialize_key_and_certificates(b"mine", key, certificate, list(others), encryption)


@pytest.fixture(scope="session")
def authority_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the root, as an operator has it."""
    path = tmp_path_factory.mktemp("authorities") / "root.pem"
    path.write_text(text_of(root().certificate))
    return path


@pytest.fixture
def known(authority_file: Path) -> Iterator[Signer]:
    """The authority that signs for servers, and whose root the console knows."""
    with override_settings(CERTIFICATE_AUTHORITIES=str(authority_file)):
        yield middle()
