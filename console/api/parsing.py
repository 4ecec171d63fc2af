"""Bodies and arguments: JSON (RFC 8259), at most so long, and nothing that a parser may read in two ways."""

import json
import math
from collections.abc import Collection, Iterator
from http import HTTPStatus
from typing import Any, override

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.parser import Parser

from console.api.problems import Problem

LONGEST_BODY = 1024 * 1024  # bytes
# Lists and objects in each other; the schemas need four.
DEEPEST = 20
# A whole number of more bits fits no column.
BITS = 63


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
            # By itself json.loads guesses among five encodings.
            value = json.loads(body_of(request).decode(), parse_constant=_refuse, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            raise Problem(HTTPStatus.BAD_REQUEST, "bad-json", _("The body is not well-formed JSON.")) from None
        if errors := list(_unstorable(value)):
            raise Problem.invalid(errors)
        return value


def body_of(request: HttpRequest) -> bytes:
    """The whole body; raises Problem for one that is too long, says not how long it is, or was cut off."""
    check_length(request)
    try:
        body = request.body
    except RequestDataTooBig:
        raise _too_large() from None
    except (OSError, RawPostDataException):
        raise Problem(HTTPStatus.BAD_REQUEST, "cut-off", _("The body ended before it was all there.")) from None
    if len(body) > LONGEST_BODY:
        raise _too_large()
    return body


def check_length(request: HttpRequest) -> None:
    """Raise Problem for a body that says it is too long, or says no length, before any of it is read."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > LONGEST_BODY:
        raise _too_large()
    if "Transfer-Encoding" in request.headers and not length:
        # What is sent in chunks Django reads as nothing.
        raise Problem(HTTPStatus.LENGTH_REQUIRED, "no-length", _("Send the body with its Content-Length."))


def check_arguments(request: HttpRequest, known: Collection[str], lists: Collection[str]) -> None:
    """Raise Problem for arguments in the address that are not ``known``, or stand twice and are none of ``lists``."""
    errors = []
    for name, values in request.GET.lists():
        if name not in known:
            errors.append((name, "extra_forbidden", _("There is no argument of that name here.")))
        elif len(values) > 1 and name not in lists:
            errors.append((name, "repeated", _("Send this argument once.")))
        else:
            errors += [(name, code, sentence) for _place, code, sentence in _unstorable(values)]
    if errors:
        raise Problem.invalid(errors)


def check_empty(request: HttpRequest) -> None:
    """Raise Problem for a body where the operation takes none; an empty object is nothing."""
    if body_of(request) and (value := StrictParser().parse_body(request)) != {}:
        names = value if isinstance(value, dict) else [""]
        raise Problem.invalid([(name, "extra_forbidden", _("This takes no body.")) for name in names])


def _too_large() -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", _("A body has at most %d bytes.") % LONGEST_BODY)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names each stand once: of two, one reader takes the first and another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands twice.")
    return found


def _unstorable(value: Any) -> Iterator[tuple[str, str, str]]:
    """What no database takes, as (field, code, sentence); no recursion. Raises Problem for what is too deep."""
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while waiting:
        place, found = waiting.pop()
        if len(place) > DEEPEST:
            raise Problem(HTTPStatus.BAD_REQUEST, "bad-json", _("The body is nested too deep."))
        if isinstance(found, dict):
            if not all(map(_is_text, found)):
                yield ".".join(map(str, place)), "text", _("The name of a field has no NUL and no half a character.")
                continue
            waiting += [((*place, name), inner) for name, inner in found.items()]
        elif isinstance(found, list):
            waiting += [((*place, number), inner) for number, inner in enumerate(found)]
        elif isinstance(found, str) and not _is_text(found):
            yield ".".join(map(str, place)), "text", _("A text has no NUL and no half of a character.")
        elif (isinstance(found, int) and found.bit_length() > BITS) or (
            isinstance(found, float) and not math.isfinite(found)
        ):
            yield ".".join(map(str, place)), "number", _("Send a smaller number.")


def _is_text(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
