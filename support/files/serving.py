"""Files of messages as responses: downloads, and nothing else (ATTACKS 31; ASVS 5.4)."""

from typing import Final

from django.core.files import File
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from console.refusal import Refused
from support.files.storing import open_file
from support.models import Attachment

# No browser runs it, shows it in a page, or keeps it.
_GUARDED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store, private",
}


def as_download(found: Attachment) -> FileResponse:
    """The file under its own name (RFC 6266), sent while it is read. Raises Refused where it cannot be."""
    opened = _open(found)
    return FileResponse(
        opened, as_attachment=True, filename=found.name, content_type=found.content_type, headers=_GUARDED
    )


def as_whole(found: Attachment) -> HttpResponse:
    """The same in one piece: for who compares it with what they have (ETag). Raises Refused."""
    with _open(found) as opened:
        response = HttpResponse(opened.read(), content_type=found.content_type, headers=_GUARDED)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
    return response


def _open(found: Attachment) -> "File[bytes]":
    try:
        return open_file(found.file)
    except OSError:
        sentence = _("This file cannot be fetched at this moment. Try again in a few minutes.")
        raise Refused(sentence, code="storage") from None
