"""Private keys: read from PEM, of a kind that TLS servers use, and long enough."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from console.refusal import Refused
from infrastructure.material import opening
from infrastructure.material.pem import Block, blocks_of

FIELD: Final = "key"
# Bits (CA/Browser Forum, Baseline Requirements, 6.1.5); more than the longest slows every visitor down.
SHORTEST_RSA, LONGEST_RSA = 2048, 8192
# By the names that the library has for them.
CURVES: Final = {"secp256r1": "EC P-256", "secp384r1": "EC P-384", "secp521r1": "EC P-521"}

type Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@sensitive_variables()
def read_key(data: bytes, password: str) -> Key:
    """The private key in a field, opened with the password where it is encrypted. Raises Refused."""
    blocks = blocks_of(data, FIELD)
    keys = [block for block in blocks if block.is_key]
    if not keys:
        raise _no_key(blocks)
    if len(keys) > 1:
        raise Refused(
            _("There are several keys here. Leave the one that belongs to the certificate."),
            code="several",
            field=FIELD,
        )
    text = keys[0].text
    if keys[0].label == "ENCRYPTED PRIVATE KEY" or b"Proc-Type: 4,ENCRYPTED" in text:
        if not password:
            sentence = _("The key is encrypted. Type the password that it was encrypted with.")
            raise Refused(sentence, code="password-missing", field=opening.PASSWORD)
        text = opening.opened("key", text, password, field_name=FIELD)["key"].encode()
    return load_key(text, FIELD)


@sensitive_variables()
def load_key(text: bytes, field_name: str) -> Key:
    """A key in PEM, of a kind that we take. Raises Refused.

    Whether the numbers of an RSA key hold together is not asked, which takes long for hostile ones: `belongs_to` tries
    it out.
    """
    try:
        key = serialization.load_pem_private_key(text, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        sentence = _("This key cannot be read. Copy it again, all of it, with its first and last line.")
        raise Refused(sentence, code="unreadable", field=field_name) from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise _unusual(field_name)
    kind_of(key.public_key(), field_name)
    return key


def kind_of(key: object, field_name: str) -> str:
    """What a public key is: "RSA 2048", "EC P-256", "Ed25519". Raises Refused for what is weak or that nobody uses."""
    if isinstance(key, rsa.RSAPublicKey):
        if not SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
            sentence = _("This RSA key has %(bits)d bits. Use one with %(shortest)d to %(longest)d.")
            values = {"bits": key.key_size, "shortest": SHORTEST_RSA, "longest": LONGEST_RSA}
            raise Refused(sentence % values, code="weak-key", field=field_name)
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return CURVES[key.curve.name]
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    raise _unusual(field_name)


@sensitive_variables("key")
def belongs_to(key: Key, certificate: x509.Certificate) -> bool:
    """Whether the certificate is for this key: it has its public half, which takes what the key signs."""
    public = certificate.public_key()
    if type(public) is not type(key.public_key()) or public != key.public_key():
        return False
    if not (isinstance(key, rsa.RSAPrivateKey) and isinstance(public, rsa.RSAPublicKey)):
        return True
    try:
        signature = key.sign(b"console", padding.PKCS1v15(), hashes.SHA256())
        public.verify(signature, b"console", padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


@sensitive_variables("key")
def written(key: Key) -> str:
    """A key as PKCS #8 in PEM, open: to be sealed at once."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _unusual(field_name: str) -> Refused:
    sentence = _(
        "Browsers take no key of this kind. Use RSA with 2048 bits or more, EC P-256, P-384 or P-521, or Ed25519."
    )
    return Refused(sentence, code="weak-key", field=field_name)


def _no_key(blocks: list[Block]) -> Refused:
    if any(block.is_certificate for block in blocks):
        sentence = _("This is a certificate. Paste the private key that belongs to it here.")
        return Refused(sentence, code="certificate-in-key", field=FIELD)
    if any("PUBLIC KEY" in block.label for block in blocks):
        sentence = _("This is a public key. Paste the private one here.")
        return Refused(sentence, code="public-key", field=FIELD)
    sentence = _("This is no private key in PEM. It begins with -----BEGIN PRIVATE KEY----- or like it.")
    return Refused(sentence, code="no-key", field=FIELD)
