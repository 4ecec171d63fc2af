"""Certificates, chains and keys as people hand them in: what is taken, and how what is wrong is said."""

import random
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID

from console.refusal import Refused
from infrastructure.connecting.configs import clean_config
from infrastructure.material import LONGEST_PEM, Material, opening, read_pem, read_pkcs12
from tests.infrastructure.authorities import Signer, bundle_of, ec_key, make, pem_of, root, rsa_key, text_of

LEAF = ec_key("leaf")
BEGIN, END = "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----"


def read(*certificates: x509.Certificate, chain: Any = "", key: Any = LEAF, password: str = "") -> Material:
    """What is read of certificates, a chain and a key: as they are, or as text."""
    chain = chain if isinstance(chain, str) else text_of(chain)
    typed = key if isinstance(key, str) else pem_of(key)
    return read_pem(text_of(*certificates).encode(), chain.encode(), typed.encode(), password)


def refusal(attempt: Callable[[], object]) -> tuple[str | None, str, str]:
    """The field, the code and the sentence of what is refused."""
    with pytest.raises(Refused) as caught:
        attempt()
    return caught.value.field, str(caught.value.code), " ".join(caught.value.messages)


def openssl(*arguments: str, given: str = "") -> str:
    """What openssl says, which is not the library that the console reads with."""
    command = ["openssl", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("kind", ["RSA 2048", "EC P-256", "EC P-521", "Ed25519"])
def test_what_is_read_is_what_openssl_says_of_it(known: Signer, tmp_path: Path, kind: str) -> None:
    keys: dict[str, Any] = {
        "RSA 2048": rsa_key(2048),
        "EC P-256": LEAF,
        "EC P-521": ec_key("long", "secp521r1"),
        "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    leaf = known.give("Shop.Example.com", "*.example.com", key=keys[kind])
    # The authority and the root stand before the certificate: the order is mended, and what nobody needs is left out.
    found = read(root().certificate, known.certificate, leaf, key=keys[kind])
    assert (found.key_kind, found.names) == (kind, ["shop.example.com", "*.example.com"])
    assert (found.subject, found.issuer) == ("Shop.Example.com", "Test Authority")
    served, anchor = tmp_path / "chain.pem", tmp_path / "root.pem"
    served.write_text(found.chain)
    anchor.write_text(text_of(root().certificate))
    verified = openssl(
        "verify", "-purpose", "sslserver", "-CAfile", str(anchor), "-untrusted", str(served), str(served)
    )
    assert verified.endswith(": OK\n")
    said = openssl("x509", "-noout", "-serial", "-fingerprint", "-sha256", "-enddate", given=found.chain)
    serial, fingerprint, end = (line.partition("=")[2] for line in said.splitlines())
    assert (serial.lower(), fingerprint.replace(":", "").lower()) == (
        f"{found.serial:0>{len(serial)}}",
        found.fingerprint,
    )
    assert datetime.strptime(end, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=UTC) == found.not_after
    of_key = openssl("pkey", "-pubout", given=found.key)
    assert of_key == openssl("x509", "-noout", "-pubkey", given=found.chain)
    assert found.chain.count("BEGIN CERTIFICATE") == 2
    assert "PRIVATE KEY" not in repr(found)


def test_a_key_is_taken_in_each_form_that_it_comes_in(known: Signer) -> None:
    leaf, expected = known.give("example.com", key=rsa_key(2048)), pem_of(rsa_key(2048))
    closed = serialization.BestAvailableEncryption(b"p\xc3\xa4ss")
    forms = serialization.PrivateFormat
    typed = {
        "as openssl writes it": (openssl("rsa", "-traditional", given=expected), ""),
        "encrypted": (rsa_key(2048).private_bytes(serialization.Encoding.PEM, forms.PKCS8, closed).decode(), "päss"),
        "encrypted in the old way": (
            rsa_key(2048).private_bytes(serialization.Encoding.PEM, forms.TraditionalOpenSSL, closed).decode(),
            "päss",
        ),
        "with a password that it does not need": (expected, "none"),
        "with windows' line ends and a mark": ("\ufeff" + expected.replace("\n", "\r\n"), ""),
        "after the parameters of its curve": (
            "-----BEGIN EC PARAMETERS-----\nBgg=\n-----END EC PARAMETERS-----\n" + expected,
            "",
        ),
    }
    for how, (key, password) in typed.items():
        assert read(leaf, chain=known.certificate, key=key, password=password).key == expected, how
    data = bundle_of(leaf, rsa_key(2048), known.certificate, password="secret")
    assert read_pkcs12(data, "secret").key == expected


def test_what_is_wrong_with_a_key_is_said_at_its_field(known: Signer) -> None:
    leaf = known.give("example.com")
    secret = pem_of(LEAF, "secret")
    weak = {"rsa": rsa_key(1024), "old curve": ec_key("weak", "secp192r1"), "ed448": ed448.Ed448PrivateKey.generate()}
    cases: dict[str, tuple[Callable[[], object], str, str]] = {
        "another key": (lambda: read(leaf, key=ec_key("other")), "key", "key-mismatch"),
        "another kind": (lambda: read(leaf, key=rsa_key(2048)), "key", "key-mismatch"),
        "none": (lambda: read(leaf, key=" \n"), "key", "required"),
        "the certificate": (lambda: read(leaf, key=text_of(leaf)), "key", "certificate-in-key"),
        "the public key": (lambda: read(leaf, key=_public(LEAF)), "key", "public-key"),
        "no PEM": (lambda: read(leaf, key="hello\0"), "key", "no-key"),
        "half of it": (lambda: read(leaf, key=pem_of(LEAF).replace("M", "", 1)), "key", "unreadable"),
        "two of them": (lambda: read(leaf, key=pem_of(LEAF) * 2), "key", "several"),
        "DER": (lambda: read_pem(text_of(leaf).encode(), b"", _der(LEAF), ""), "key", "binary"),
        "encrypted": (lambda: read(leaf, key=secret), "password", "password-missing"),
        "wrong password": (lambda: read(leaf, key=secret, password="wrong"), "password", "password-wrong"),
        "too long": (lambda: read(leaf, key="x" * (LONGEST_PEM + 1)), "key", "too-long"),
        **{name: (partial(read, leaf, key=key), "key", "weak-key") for name, key in weak.items()},
    }
    for what, (attempt, field, code) in cases.items():
        assert refusal(attempt)[:2] == (field, code), what
    assert "1024 bits. Use one with 2048 to 8192." in refusal(lambda: read(leaf, key=rsa_key(1024)))[2]
    assert "the certificate of “example.com”" in refusal(lambda: read(leaf, key=ec_key("other")))[2]


def test_what_is_wrong_with_a_certificate_is_said_at_its_field(known: Signer, tmp_path: Path) -> None:
    give = known.give
    client_only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    alternative = x509.SubjectAlternativeName([x509.DNSName("example.com")])
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(LEAF, hashes.SHA256())
    typed: dict[str, tuple[str | bytes, str]] = {
        "nothing": ("", "required"),
        "no PEM": ("hello", "no-pem"),
        "NUL bytes": ("\0" * 100, "no-pem"),
        "only its first line": ("-----BEGIN CERTIFICATE-----\nMIIB", "no-pem"),
        "the key": (pem_of(LEAF), "key-in-certificate"),
        "the key besides": (text_of(give("example.com")) + pem_of(LEAF), "key-in-certificate"),
        "a request": (request.public_bytes(serialization.Encoding.PEM), "request"),
        "DER": (give("example.com").public_bytes(serialization.Encoding.DER), "binary"),
        "half of it": (text_of(give("example.com")).replace("M", "", 1), "unreadable"),
        "a hundred": (text_of(known.certificate) * 60, "too-many"),
        "too long": ("x" * (LONGEST_PEM + 1), "too-long"),
        "ended": (text_of(give("example.com", days=(-100, -1))), "expired"),
        "not yet": (text_of(give("example.com", days=(1, 100))), "not-yet-valid"),
        "SHA-1": (openssl_with_sha1(tmp_path), "weak-signature"),
        "for clients": (
            text_of(give("example.com", extensions=[(alternative, False), (client_only, False)])),
            "purpose",
        ),
        "an authority": (text_of(give("example.com", is_authority=True)), "authority"),
        "self-signed": (text_of(make(common_name="me", key=LEAF, issuer=None)), "self-signed"),
        "no names": (text_of(give()), "no-names"),
        "no name of a host": (text_of(give("a\0.example.com", "*", "*.*.com", "nobody")), "no-names"),
    }
    above, key = text_of(known.certificate).encode(), pem_of(LEAF).encode()
    for what, (text, code) in typed.items():
        data = text.encode() if isinstance(text, str) else text
        found = refusal(partial(read_pem, data, above, key, ""))
        assert found[:2] == ("certificate", code), what
    with time_machine.travel(datetime(2030, 5, 3, tzinfo=UTC)):
        ended = give("example.com", days=(-30, -1))
        assert "This certificate ended on 2 May 2030." in refusal(lambda: read(ended, chain=known.certificate))[2]


def test_a_certificate_of_a_form_that_nobody_knows_is_refused(known: Signer) -> None:
    der = known.give("example.com").public_bytes(serialization.Encoding.DER)
    # A version 18, an algorithm of nobody's in both places (RFC 5280, 4.1.1.2), and both as part of a chain.
    versions = der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x12", 1)
    algorithms = der.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d04037f"))
    for strange in (versions, algorithms):
        assert strange != der
        text = f"-----BEGIN CERTIFICATE-----\n{b64encode(strange).decode()}\n-----END CERTIFICATE-----\n"
        for certificate, chain, field in ((text, "", "certificate"), (text_of(known.give("a.com")), text, "chain")):
            found = refusal(partial(read_pem, certificate.encode(), chain.encode(), pem_of(LEAF).encode(), ""))
            assert found[:2] == (field, "unreadable")
    with pytest.raises(Refused):
        clean_config(
            "postgresql",
            {"host": "db.example.com", "port": 1, "database": "d", "user": "u"}
            | {
                "authority": f"-----BEGIN CERTIFICATE-----\n{b64encode(versions).decode()}\n-----END CERTIFICATE-----\n"
            },
        )


def test_what_is_wrong_with_a_chain_is_said_by_the_name_of_what_is_missing(known: Signer) -> None:
    leaf = known.give("example.com")
    mine = Signer(make(common_name="Mine", key=ec_key("mine"), issuer=None, is_authority=True), ec_key("mine"))
    ended = root().give_authority("Old Authority", days=(-100, -2))
    namesake = root().give_authority("Test Authority", key=ec_key("namesake"))
    below, above = known.give_authority("Below"), known.give_authority("Above")
    # Each signed by the other.
    circle = [_signed("Below", below.key, above), _signed("Above", above.key, below)]
    constrained = root().give_authority(
        "Constrained",
        extensions=[(x509.NameConstraints([x509.DNSName("other.example")], None), True)],
    )
    cases: dict[str, tuple[Any, Any, str, str]] = {
        "incomplete": (leaf, "", "incomplete", "add the certificate of “Test Authority”, which signed “example.com”"),
        "another of that name": (leaf, namesake.certificate, "incomplete", "is not the one that signed “example.com”"),
        "unknown": (mine.give("example.com"), mine.certificate, "unknown-authority", "ends at “Mine”"),
        "ended": (ended.give("example.com"), ended.certificate, "chain-dates", "“Old Authority” in the chain"),
        "circle": (below.give("example.com"), text_of(*circle), "circle", "in a circle"),
        "other names": (constrained.give("example.com"), constrained.certificate, "chain", "may not be used"),
        "a server as authority": (
            _by_a_server(known),
            text_of(known.give("mid.com", key=ec_key("mid")), known.certificate),
            "chain",
            "may not",
        ),
        "key": (leaf, pem_of(LEAF), "key-in-certificate", "There is a private key here."),
        "many": (leaf, text_of(known.certificate) * 11, "too-many", "more than 10"),
    }
    for what, (certificate, chain, code, sentence) in cases.items():
        found = refusal(partial(read, certificate, chain=chain))
        assert found[:2] == ("chain", code), what
        assert sentence in found[2], what


def test_what_is_wrong_with_a_file_is_said_at_the_file(known: Signer) -> None:
    leaf = known.give("example.com")
    whole = bundle_of(leaf, LEAF, known.certificate, password="secret")
    cases: dict[str, tuple[bytes, str, str, str]] = {
        "wrong password": (whole, "wrong", "password", "password-wrong"),
        "no password": (whole, "", "password", "password-missing"),
        "not one": (b"hello", "secret", "bundle", "unreadable"),
        "nothing": (b"", "secret", "bundle", "required"),
        "too long": (b"0" * 300_000, "secret", "bundle", "too-long"),
        "another key": (bundle_of(leaf, None, password="secret"), "secret", "bundle", "no-key"),
        "no chain": (bundle_of(leaf, LEAF, password="secret"), "secret", "bundle", "incomplete"),
    }
    for what, (data, password, field, code) in cases.items():
        assert refusal(partial(read_pkcs12, data, password))[:2] == (field, code), what


@pytest.mark.long
def test_a_password_that_takes_a_year_to_check_is_given_up(known: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "WORK", 1)
    closed = openssl("pkcs8", "-topk8", "-iter", "100000", "-passout", "pass:secret", given=pem_of(LEAF))
    # The number of rounds, as a number of three bytes: from a hundred thousand to eight millions.
    usual, hostile = b"\x02\x03\x01\x86\xa0", b"\x02\x03\x7f\xff\xff"
    inside = b64decode("".join(closed.splitlines()[1:-1]))
    assert usual in inside
    key = "\n".join(
        ["-----BEGIN ENCRYPTED PRIVATE KEY-----", b64encode(inside.replace(usual, hostile)).decode(), END, ""]
    )
    found = refusal(lambda: read(known.give("example.com"), key=key, password="secret"))
    assert found[:2] == ("key", "too-much-work")


@pytest.mark.long
def test_whatever_is_sent_is_read_or_refused(known: Signer) -> None:
    leaf, chance = known.give("example.com"), random.Random(8)
    whole = [text_of(leaf).encode(), text_of(known.certificate).encode(), pem_of(LEAF).encode()]
    for _time in range(600):
        parts = [bytearray(part) for part in whole]
        part = chance.choice(parts)
        for _change in range(chance.randint(1, 4)):
            part[chance.randrange(len(part))] = chance.randrange(256)
        # Anything else than a refusal fails this test.
        with suppress(Refused):
            certificate, chain, key = map(bytes, parts)
            read_pem(certificate, chain, key, "")


def _public(key: PrivateKeyTypes) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def _der(key: PrivateKeyTypes) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)


def _signed(common_name: str, key: Any, issuer: Signer) -> x509.Certificate:
    return make(common_name=common_name, key=key, issuer=issuer, is_authority=True)


def _by_a_server(known: Signer) -> x509.Certificate:
    server = Signer(known.give("mid.com", key=ec_key("mid")), ec_key("mid"))
    return server.give("example.com")


def openssl_with_sha1(directory: Path) -> str:
    """A certificate with a signature that the library no longer makes."""
    authority, key = directory / "authority.pem", directory / "key.pem"
    authority.write_text(text_of(root().certificate))
    key.write_text(pem_of(root().key) + pem_of(LEAF))
    leaf = directory / "leaf.pem"
    leaf.write_text(pem_of(LEAF))
    subject = ["-new", "-key", str(leaf), "-subj", "/CN=example.com", "-addext", "subjectAltName=DNS:example.com"]
    signing = ["-x509", "-CA", str(authority), "-CAkey", str(key), "-sha1", "-days", "30"]
    return openssl("req", *subject, *signing, "-addext", "basicConstraints=critical,CA:FALSE")
