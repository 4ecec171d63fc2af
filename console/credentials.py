"""Secrets that programs carry: made here, long, and of a form that secret scanners and people recognize.

A credential is a prefix that says what it is (``cnsl_secret_``), characters chosen at random from letters and digits,
and six that are the CRC-32 of the rest in base 62: so a scanner tells a real one from what only looks like it, without
asking anybody, and a typing error is seen before a look-up.
"""

import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
CHECKSUM_LENGTH = 6


def make(prefix: str, length: int) -> str:
    """A new credential: ``prefix``, ``length`` characters at random (5.95 bits each), and the check sum."""
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
    return body + _checksum(body)


def is_well_formed(credential: str, prefix: str) -> bool:
    """Whether this could be a credential that `make` made with that prefix: nobody need look a typing error up."""
    body, checksum = credential[:-CHECKSUM_LENGTH], credential[-CHECKSUM_LENGTH:]
    is_of_the_form = credential.isascii() and body.startswith(prefix) and body.removeprefix(prefix).isalnum()
    return is_of_the_form and checksum == _checksum(body)


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
