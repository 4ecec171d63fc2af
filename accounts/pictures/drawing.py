"""A small square drawn from an uploaded picture: nothing of the file itself is kept, no metadata either.

Memory is bounded: the size of the file and of the picture are known before a decoder runs, and one runs at a time.
"""

import io
import logging
import threading

from django.core.files import File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.pictures.containers import CutOffError, UnknownFormatError, extent_of, format_of, is_something_else
from console.refusal import Refused

log = logging.getLogger(__name__)

# Sides in pixels: for a page about the person, and beside a name on a screen of twice the density.
SIZES = (256, 64)
LARGE = max(SIZES)
MAX_MEGABYTES = 10
MAX_MEGAPIXELS = 25
# What is resized well as it is; palettes and bits first become colours.
SMOOTH = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})

# A picture of 25 megapixels takes 100 MB and more while it is drawn: never several of them in one process.
_one_at_a_time = threading.Lock()


def draw(file: "File[bytes]") -> dict[int, bytes]:
    """Draw the uploaded picture as WebP, by size (`SIZES`): the middle square, upright, without metadata.

    Raises Refused, at the field ``picture``, for what is too large, moves, is damaged, or is no picture alone.
    """
    if file.size > MAX_MEGABYTES * 1024 * 1024:
        raise _refused(
            _("This picture has more than %(limit)d MB. Choose a smaller one.") % {"limit": MAX_MEGABYTES}, "too-large"
        )
    file.seek(0)
    data = file.read()
    _look_at(data)
    with _one_at_a_time:
        return _draw(data)


def _look_at(data: bytes) -> None:
    """Refuse what no decoder needs to see."""
    try:
        extent = extent_of(data)
    except UnknownFormatError:
        raise _refused(_("Choose a PNG, JPEG, WebP or GIF picture."), "format") from None
    except CutOffError:
        raise _damaged() from None
    if extent.end > len(data):
        raise _damaged()
    if extent.end < len(data) or is_something_else(data):
        raise _refused(
            _("This file holds more than a picture. Save the picture anew, and choose that file."), "not-only-a-picture"
        )
    if extent.moves:
        raise _refused(_("This picture moves. Choose one that stands still."), "moving")
    _check_pixels(extent.pixels)


def _draw(data: bytes) -> dict[int, bytes]:
    try:
        with Image.open(io.BytesIO(data), formats=[format_of(data)]) as image:
            _check_pixels(image.width * image.height)
            # Only JPEG can be decoded smaller than it is.
            image.draft(None, (2 * LARGE, 2 * LARGE))
            square = _square(image)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception as error:  # noqa: BLE001 -- a decoder fails in any way on what was made to break it
        log.info("A picture could not be drawn: %s.", type(error).__name__)
        raise _damaged() from None
    return {size: _encoded(square, size) for size in SIZES}


def _square(image: Image.Image) -> Image.Image:
    """The middle of the picture, upright, ``LARGE`` pixels wide and high."""
    drawn = image if image.mode in SMOOTH else _in_colours(image)
    side = min(drawn.size)
    left, top = (drawn.width - side) / 2, (drawn.height - side) / 2
    box = (left, top, left + side, top + side)
    square = drawn.resize((LARGE, LARGE), Image.Resampling.LANCZOS, box=box, reducing_gap=3)
    return _in_colours(ImageOps.exif_transpose(square))


def _in_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey: the upper 8 are what is seen.
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _encoded(square: Image.Image, size: int) -> bytes:
    drawn = square if size == LARGE else square.resize((size, size), Image.Resampling.LANCZOS)
    # Where the picture was taken, with what, and a colour profile with its maker's name would go along.
    drawn.info.clear()
    target = io.BytesIO()
    drawn.save(target, "WEBP", quality=85, method=4)
    return target.getvalue()


def _check_pixels(pixels: int) -> None:
    if pixels > MAX_MEGAPIXELS * 1_000_000:
        raise _too_many_pixels()


def _too_many_pixels() -> Refused:
    return _refused(
        _("This picture has more than %(limit)d megapixels. Make it smaller first.") % {"limit": MAX_MEGAPIXELS},
        "too-many-pixels",
    )


def _damaged() -> Refused:
    return _refused(_("This picture is damaged or cut off. Save it anew, and choose that file."), "damaged")


def _refused(sentence: str, code: str) -> Refused:
    return Refused(sentence, code=code, field="picture")
