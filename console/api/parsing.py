"""Bodies: JSON (RFC 8259), at most so long, and nothing that a parser may read in two ways."""

import json
from http import HTTPStatus
from typing import Any, override

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.parser import Parser

from console.api.problems import Problem

LONGEST_BODY = 1024 * 1024  # bytes


class StrictParser(Parser):
    """Reads a body once, strictly."""

    @override
    def parse_body(self, request: HttpRequest) -> Any:
        """The value that the body holds; raises Problem."""
        if request.content_type != "application/json":
            raise Problem(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json", _("Send JSON, with Content-Type: application/json.")
            )
        try:
            return json.loads(body_of(request), parse_constant=_refuse, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            raise Problem(HTTPStatus.BAD_REQUEST, "bad-json", _("The body is not well-formed JSON.")) from None


def body_of(request: HttpRequest) -> bytes:
    """The whole body; raises Problem for one that is too long or was cut off."""
    length = request.headers.get("Content-Length", "")
    too_large = Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", _("A body has at most %d bytes.") % LONGEST_BODY
    )
    if length.isdigit() and int(length[:12]) > LONGEST_BODY:
        raise too_large
    try:
        return request.body
    except RequestDataTooBig:
        raise too_large from None
    except (OSError, RawPostDataException):
        raise Problem(HTTPStatus.BAD_REQUEST, "cut-off", _("The body ended before it was all there.")) from None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names each stand once: of two, one reader takes the first and another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found
