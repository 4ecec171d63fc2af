"""Passwords that were found in data breaches, in a file of the deployment's own (ASVS 6.2.12).

The file is what Have I Been Pwned offers for download: a line for each password, its SHA-1 in hexadecimal digits,
perhaps with a colon and a count, sorted. It may have a billion lines: some thirty of them are read for an answer.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

_LINE = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\s*")
DIGITS = 40


class Unusable(ValueError):
    """The file is no sorted list of digests; the text says why."""


def is_breached(password: str, path: Path) -> bool:
    """Whether the password is in the file. Raises OSError where it cannot be read."""
    # What the list is made of; it protects nothing here.
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        return _first_from(file, digest) == digest


def check_file(path: Path) -> None:
    """Look at the beginning, the middle and the end of the file. Raises OSError or Unusable."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        samples = [_line_at(file, at) for at in (0, size // 2, max(size - 120, 0))]
    samples = [line for line in samples if line]
    if not samples:
        raise Unusable("It is empty.")
    if not all(_LINE.fullmatch(line) for line in samples):
        raise Unusable("Its lines are no SHA-1 digests in hexadecimal digits.")
    digests = [_digest(line) for line in samples]
    if digests != sorted(digests):
        raise Unusable("It is not sorted by digest.")


def _first_from(file: BinaryIO, digest: bytes) -> bytes:
    """The first digest of the file that is not below ``digest``; empty where all are."""
    low, high = 0, os.fstat(file.fileno()).st_size
    # The line that begins at or after `low` may be the one; none that begins at or after `high` comes before it.
    while low < high:
        middle = (low + high) // 2
        found = _digest(_line_at(file, middle))
        if found and found < digest:
            low = middle + 1
        else:
            high = middle
    return _digest(_line_at(file, low))


def _line_at(file: BinaryIO, position: int) -> bytes:
    """The first line that begins at ``position`` or after it; empty at the end."""
    if position:
        # From the byte before: where that ends a line, the next one begins right here.
        file.seek(position - 1)
        file.readline(200)
    else:
        file.seek(0)
    return file.readline(200)


def _digest(line: bytes) -> bytes:
    return line[:DIGITS].upper()
