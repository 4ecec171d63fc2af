"""Where files are kept: in the default storage, in a folder for each day, under a name that is never used again.

A file is written before the transaction that names it, which must not wait for a storage; what no row names in the end
is removed by a sweep over the folders of the last days (support.actions.attachments).
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from console.refusal import Refused
from console.text import is_readable, one_line
from support.files.kinds import kind_of

log = logging.getLogger(__name__)

FOLDER: Final = "support/attachments"
NAME_LENGTH: Final = 150
ENDING_LENGTH: Final = 12
MEGABYTE: Final = 1024 * 1024
# Issue 8, part *tickets*: of one file, of those of one message together, and how many these are.
LARGEST, AT_MOST, MAX_FILES = 10 * MEGABYTE, 25 * MEGABYTE, 5
# What some system reads as more than a name.
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that is kept already: as it was called, what its bytes are, how many, and its name in the storage."""

    name: str
    content_type: str
    size: int
    file: str


@contextmanager
def stored(files: Iterable["File[bytes]"]) -> Iterator[list[StoredFile]]:
    """Keep the files while an action names them: where that fails, none of them stays. Raises Refused, at ``files``."""
    kept: list[StoredFile] = []
    try:
        for file in files:
            kept.append(store(file))
            check_together(kept)
        yield kept
    except BaseException:
        for one in kept:
            discard(one.file)
        raise


def store(file: "File[bytes]") -> StoredFile:
    """Keep one file.

    Raises Refused, at the field ``files``, for what is empty, too large or of a kind that we do not take, and where the
    storage does not take it now.
    """
    name = clean_name(file.name or "")
    if not file.size:
        raise _refused(_("“%s” is empty.") % name, "empty")
    if file.size > LARGEST:
        raise _refused(
            _("“%(name)s” has more than %(limit)d MB. Choose a smaller file, or pack it.")
            % {"name": name, "limit": LARGEST // MEGABYTE},
            "too-large",
        )
    file.seek(0)
    content = file.read()
    kind = kind_of(content)
    if not kind:
        raise _refused(
            _("We do not take “%s” as it is. Send pictures, PDF, text, or a zip or gzip archive of other files.")
            % name,
            "kind",
        )
    return StoredFile(name=name, content_type=kind, size=len(content), file=_write(content))


def check_together(files: Iterable[StoredFile]) -> None:
    """Refuse more files than a message may have, or more bytes. Raises Refused, at ``files``."""
    sizes = [file.size for file in files]
    if len(sizes) > MAX_FILES:
        raise _refused(_("A message has at most %d files. Pack them into one archive.") % MAX_FILES, "too-many")
    if sum(sizes) > AT_MOST:
        raise _refused(
            _("The files of a message have at most %d MB together.") % (AT_MOST // MEGABYTE), "too-large-together"
        )


def open_file(name: str) -> "File[bytes]":
    """Open what is kept under that name in the storage. Raises OSError where it is not there, or does not answer."""
    try:
        return default_storage.open(name)
    except OSError:
        raise
    except Exception as error:
        log.exception("A file of a message could not be opened.")
        raise OSError from error


def discard(name: str) -> None:
    """Remove a file, as far as it is there. A storage that does not answer is left to the sweep."""
    try:
        default_storage.delete(name)
    except Exception:  # each storage has errors of its own
        log.exception("A file of a message could not be removed.")


def clean_name(name: str) -> str:
    """A file's name on one line: no path, no marks of direction, nothing that a file system takes for a command."""
    last = re.split(r"[/\\]", name)[-1]
    cleaned = _NOT_IN_NAMES.sub("_", one_line(last, len(last))).strip(" .")
    if not is_readable(cleaned):
        return "file"
    stem, dot, ending = cleaned.rpartition(".")
    if not dot or len(ending) > ENDING_LENGTH:
        return one_line(cleaned, NAME_LENGTH)
    return f"{one_line(stem, NAME_LENGTH - len(ending) - 1)}.{ending}"


def _write(content: bytes) -> str:
    path = f"{FOLDER}/{timezone.now():%Y-%m-%d}/{uuid4().hex}"
    try:
        return default_storage.save(path, ContentFile(content))
    except Exception:  # each storage has errors of its own
        log.exception("A file of a message could not be stored.")
        sentence = _(
            "Your files could not be stored at this moment. Send them again in a few minutes, or without them."
        )
        raise _refused(sentence, "storage") from None


def _refused(sentence: str, code: str) -> Refused:
    return Refused(sentence, code=code, field="files")
