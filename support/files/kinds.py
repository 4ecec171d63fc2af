"""What a file is, from its first bytes, and never from what its sender says (ASVS 5.2.2).

Nothing is decoded or unpacked here: a file is only ever given back as a download. Formats: PNG (W3C PNG 3), JPEG (ITU
T.81), GIF89a, WebP (RFC 9649), PDF (ISO 32000), ZIP (APPNOTE 6.3), gzip (RFC 1952). Pages, drawings and scripts are
text, and are given back as text.
"""

from typing import Final

TEXT: Final = "text/plain"

_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    # One with nothing in it.
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
)
# What text of any encoding that keeps ASCII holds: no control characters but those that lay it out, and of terminals.
_IN_TEXT: Final = bytes({*b"\t\n\f\r\b\x1b", *range(0x20, 0x7F), *range(0x80, 0x100)})
_WIDE_TEXT: Final = (b"\xff\xfe", b"\xfe\xff")


def kind_of(content: bytes) -> str:
    """The media type of what ``content`` begins as; empty for what we do not take."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(_WIDE_TEXT) or not content.translate(None, _IN_TEXT):
        return TEXT
    return ""
