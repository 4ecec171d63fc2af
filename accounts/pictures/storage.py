"""Where drawings are kept: in the default storage, under a random name that is never used again."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.pictures.drawing import SIZES

# Pictures of people have a folder of their own: what shows others must not lead to them.
PEOPLE = "pictures"


def store(drawn: Mapping[int, bytes], folder: str = PEOPLE) -> UUID:
    """Write a drawing in all its sizes; the name by which `open_picture` and `discard` know it in that folder.

    Files know no roll-back: whoever stores one discards it where the transaction that was to name it fails.
    """
    name = uuid4()
    try:
        for size, data in drawn.items():
            default_storage.save(_path(name, size, folder), ContentFile(data))
    except BaseException:
        discard(name, folder)
        raise
    return name


def open_picture(name: UUID, size: int, folder: str = PEOPLE) -> "File[bytes]":
    """Open the drawing of that size (`SIZES`), as WebP; raises FileNotFoundError."""
    return default_storage.open(_path(name, size, folder))


def discard(name: UUID, folder: str = PEOPLE) -> None:
    """Remove the drawing, as far as it is there."""
    for size in SIZES:
        default_storage.delete(_path(name, size, folder))


def _path(name: UUID, size: int, folder: str) -> str:
    return f"{folder}/{name}-{size}.webp"
