"""What an uploaded file is, from its bytes alone, before any decoder sees it.

A file may be a picture to one program and a page, script or archive to another. Ours holds one still picture and ends
where that ends. Formats: PNG (W3C PNG 3), GIF89a, WebP (RFC 9649), JPEG (ITU T.81).
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

# What programs that look for something else would find in the file.
MARKUP = re.compile(rb"<script|<html|<!doctype|<\?php|<svg[\s>]", re.IGNORECASE)
PDF, PDF_WITHIN = b"%PDF-", 1024
COMMENT = b"/*"

# What a block of a GIF begins with.
GIF_EXTENSION, GIF_FRAME, GIF_END = b"!,;"


class UnknownFormatError(ValueError):
    """None of the formats that we take."""


class CutOffError(ValueError):
    """The file ends before the picture does."""


@dataclass(frozen=True)
class Extent:
    """How far the picture goes: ``end``, in bytes; ``pixels`` where only this module can tell them without decoding."""

    end: int
    moves: bool = False
    pixels: int = 0


def format_of(data: bytes) -> str:
    """Pillow's name of the format; raises UnknownFormatError."""
    for name, (matches, _measure) in FORMATS.items():
        if matches(data):
            return name
    raise UnknownFormatError


def extent_of(data: bytes) -> Extent:
    """Measure the picture; raises UnknownFormatError, CutOffError."""
    _matches, measure = FORMATS[format_of(data)]
    try:
        return measure(data)
    except (IndexError, struct.error):
        raise CutOffError from None


def is_something_else(data: bytes) -> bool:
    """Whether the file is, or carries, a page, a script, a document or an archive."""
    return (
        COMMENT in data[4:8]
        or PDF in data[:PDF_WITHIN]
        or MARKUP.search(data) is not None
        or zipfile.is_zipfile(io.BytesIO(data))
    )


def _measure_png(data: bytes) -> Extent:
    position, moves = 8, False
    while True:
        length, kind = struct.unpack_from(">I4s", data, position)
        position += length + 12
        moves = moves or kind == b"acTL"
        if kind == b"IEND":
            return Extent(position, moves)


def _measure_gif(data: bytes) -> Extent:
    position, frames = 13 + _colours(data[10]), 0
    while data[position] != GIF_END:
        if data[position] == GIF_EXTENSION:
            position = _after_blocks(data, position + 2)
        elif data[position] == GIF_FRAME:
            frames += 1
            position = _after_blocks(data, position + 11 + _colours(data[position + 9]))
        else:
            raise CutOffError
    return Extent(position + 1, frames > 1)


def _colours(flags: int) -> int:
    """The bytes of a colour table, as the flags before it say."""
    return 3 << ((flags & 0x07) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, position: int) -> int:
    while data[position]:
        position += data[position] + 1
    return position + 1


def _measure_webp(data: bytes) -> Extent:
    (size,) = struct.unpack_from("<I", data, 4)
    kind = data[12:16]
    moves = False
    if kind == b"VP8X":
        moves = bool(data[20] & 0x02)
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    return Extent(size + 8, moves, width * height)


def _measure_jpeg(data: bytes) -> Extent:
    # Cameras put previews, depth and brightness behind the picture; what must not be there, is_something_else finds.
    return Extent(len(data))


FORMATS: dict[str, tuple[Callable[[bytes], bool], Callable[[bytes], Extent]]] = {
    "PNG": (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _measure_png),
    "JPEG": (lambda data: data.startswith(b"\xff\xd8\xff"), _measure_jpeg),
    "GIF": (lambda data: data.startswith((b"GIF87a", b"GIF89a")), _measure_gif),
    "WEBP": (lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _measure_webp),
}
