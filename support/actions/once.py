"""What is sent once, however often somebody presses the button: a form carries an id, and what it says makes it whole.

Whoever goes back to a form that was sent, writes something else and sends that, has said something new: by the form's
id alone it would be taken for the old, and be lost without a word.
"""

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from console.ids import uuid7
from support.files import StoredFile

# Of a UUID of version 7 (RFC 9562, 5.7), the last bits: what is before them goes on to sort by time.
_TAIL: Final = 62


def id_of(once: UUID | None, *said: str, files: Sequence[StoredFile] = ()) -> UUID:
    """The id of what a form says, the same for the same; a new one without the id of a form.

    ``once``: the form's id; ``said``: which button, and what was typed. Of the files the names and sizes count: those
    of a form sent twice were stored twice.
    """
    if once is None:
        return uuid7()
    parts = [str(once), *said, *(f"{one.name} {one.size}" for one in files)]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    tail = int.from_bytes(digest[:8]) >> (64 - _TAIL)
    return UUID(int=once.int >> _TAIL << _TAIL | tail)
