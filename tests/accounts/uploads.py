"""Files that people upload as their picture, and those that somebody uploads for another reason."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"<script>alert(document.cookie)</script>"

NO_PICTURE = "Choose a PNG, JPEG, WebP or GIF picture."
DAMAGED = "This picture is damaged or cut off."
MORE = "This file holds more than a picture."
TOO_MANY = "This picture has more than 25 megapixels."
MOVES = "This picture moves."


def encoded(
    format_: str, image: Image.Image | None = None, *, size: tuple[int, int] = (300, 200), **options: Any
) -> bytes:
    """A picture as a file of that format: noise, unless one is given."""
    target = io.BytesIO()
    (image or Image.effect_noise(size, 50)).save(target, format_, **options)
    return target.getvalue()


def png(width: int, height: int, rows: int) -> bytes:
    """A black PNG with transparency, of which only so many rows are there; packed, they are next to nothing."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(width * 4 + 1)) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def hundred_megapixels() -> bytes:
    """A whole PNG of 10,000 by 10,000, in less than 1 MB."""
    return png(10_000, 10_000, 10_000)


def bomb() -> bytes:
    """A PNG that says it is 60,000 wide and high."""
    return png(60_000, 60_000, 1)


def largest_png() -> bytes:
    """As many pixels as may be, with transparency."""
    return png(5_000, 5_000, 5_000)


def huge_webp() -> bytes:
    """A WebP that says it is 16,384 wide and high: its decoder would set the memory aside at once."""
    small = encoded("WEBP", Image.new("RGBA", (2, 2)), exif=b"Exif\0\0")
    at = small.index(b"VP8X") + 12
    return small[:at] + (16_383).to_bytes(3, "little") * 2 + small[at + 6 :]


def archive() -> bytes:
    """A zip file with a page in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("index.html", "hello")
    return target.getvalue()


def moving(format_: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue")]
    return encoded(format_, frames[0], save_all=True, append_images=frames[1:])


def commented_gif() -> bytes:
    """A GIF that is a script as well: its width opens a comment, which is closed behind the picture."""
    return b"GIF89a/*" + encoded("GIF", Image.new("P", (9, 9)))[8:] + b"*/=1;alert(1);"


def _bad() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    yield "nothing", bytes, "This file is empty."
    yield "text", lambda: b"hello", NO_PICTURE
    yield "SVG with script", lambda: SVG, NO_PICTURE
    yield "PDF", lambda: b"%PDF-1.7\n" + encoded("PNG"), NO_PICTURE
    yield "TIFF", lambda: encoded("TIFF"), NO_PICTURE
    yield "20 MB", lambda: encoded("PNG") + bytes(20 * 1024 * 1024), "This picture has more than 10 MB."
    yield "100 megapixels", hundred_megapixels, TOO_MANY
    yield "decompression bomb", bomb, TOO_MANY
    yield "huge WebP", huge_webp, TOO_MANY
    yield "GIF that is a script", commented_gif, MORE
    yield "PNG with a bomb of text", _text_bomb, DAMAGED
    for name in ("PNG", "GIF", "WEBP"):
        yield f"{name} that moves", partial(moving, name), MOVES
    for name in ("PNG", "JPEG", "GIF", "WEBP"):
        yield f"half of a {name}", partial(_cut, name, -900), DAMAGED
        yield f"head of a {name}", partial(_cut, name, 12), DAMAGED
        yield f"{name} with a page behind it", partial(_followed, name, SCRIPT), MORE
        yield f"{name} with an archive behind it", partial(_followed, name, archive()), MORE
    yield "PNG with a page inside", lambda: _with_text(SCRIPT), MORE
    yield "JPEG with a page inside", lambda: encoded("JPEG", comment=b"<?php system('id') ?>"), MORE
    yield "PNG of garbage", _garbage, DAMAGED


def bad_pictures() -> dict[str, tuple[Callable[[], bytes], str]]:
    """What must be refused, by what it is: the file, and how the error begins."""
    return {name: (make, said) for name, make, said in _bad()}


def _cut(format_: str, at: int) -> bytes:
    return encoded(format_)[:at]


def _followed(format_: str, more: bytes) -> bytes:
    return encoded(format_) + more


def _with_text(text: bytes) -> bytes:
    return _with_chunk(_chunk(b"tEXt", b"Comment\0" + text))


def _text_bomb() -> bytes:
    return _with_chunk(_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * 1024 * 1024), 9)))


def _with_chunk(chunk: bytes) -> bytes:
    whole = encoded("PNG")
    return whole[:33] + chunk + whole[33:]


def _garbage() -> bytes:
    head = struct.pack(">IIBBBBB", 50, 50, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", b"garbage" * 50) + _chunk(b"IEND", b"")
