"""Files of messages as responses: downloads, and nothing else (ATTACKS 31; ASVS 5.4)."""

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from console.refusal import Refused
from support.files.storing import open_file
from support.models import Attachment


def as_download(found: Attachment) -> FileResponse:
    """The file under its own name (RFC 6266), which no browser runs, shows in a page or keeps. Raises Refused."""
    try:
        opened = open_file(found.file)
    except OSError:
        sentence = _("This file cannot be fetched at this moment. Try again in a few minutes.")
        raise Refused(sentence, code="storage") from None
    response = FileResponse(opened, as_attachment=True, filename=found.name, content_type=found.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def as_whole(found: Attachment) -> HttpResponse:
    """The same in one piece: for who compares it with what they have (ETag). Raises Refused."""
    response = as_download(found)
    try:
        return HttpResponse(response.getvalue(), headers=dict(response.headers))
    finally:
        response.close()
