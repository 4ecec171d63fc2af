"""Compressed answers: Brotli where the browser knows it, a sixth smaller than gzip for the same time."""

import re
import secrets

import brotli
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

ACCEPTS_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))")
SHORT = 200
QUALITY = 6


class CompressionMiddleware(GZipMiddleware):
    """Compresses what Django's middleware would, with Brotli if it may; streams stay with gzip."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a whole response; leave one that is short, encoded already, or would not get smaller."""
        content = getattr(response, "content", b"")
        accepted = ACCEPTS_BROTLI.search(request.headers.get("Accept-Encoding", ""))
        if not accepted or response.streaming or len(content) < SHORT or response.has_header("Content-Encoding"):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        compressed = brotli.compress(content + padding(response), quality=QUALITY)
        if len(compressed) < len(content):
            response.content = compressed  # type: ignore[attr-defined]  # a response that does not stream has one
            response["Content-Length"] = str(len(compressed))
            response["Content-Encoding"] = "br"
            weaken(response)
        return response


def padding(response: HttpResponseBase) -> bytes:
    """Return a comment of random length for a page, so that its compressed size tells nothing (BREACH, CVE-2013-3587).

    Django's gzip hides the same noise in the header of its format; Brotli's has no room for it.
    """
    if not response.get("Content-Type", "").startswith("text/html"):
        return b""
    return f"<!-- {secrets.token_urlsafe(secrets.randbelow(64))} -->".encode()


def weaken(response: HttpResponseBase) -> None:
    """Make a strong ETag weak, as RFC 9110, section 8.8.1, wants it for an encoded answer."""
    etag = response.get("ETag", "")
    if etag.startswith('"'):
        response["ETag"] = f"W/{etag}"
