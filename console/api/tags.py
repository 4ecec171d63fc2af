"""Entity tags (RFC 9110, sections 8.8.3 and 13.1): what says which state of a thing somebody has seen."""

import hashlib
import re
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.api.problems import Problem

TAG = r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")'
LIST = re.compile(rf"\s*{TAG}\s*(?:,\s*{TAG}\s*)*")


def tag_of(response: HttpResponse) -> str:
    """The tag of what a response shows: of the bytes before any compression."""
    return f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def allows(header: str, tag: str) -> bool:
    """Whether ``If-Match`` lets the state ``tag`` be changed; raises Problem for what is no list of tags.

    A weak tag counts as the strong one that it was: only what compresses an answer on its way makes ours weak, and the
    state is the same.
    """
    if header.strip() == "*":
        return True
    if not LIST.fullmatch(header):
        raise Problem(HTTPStatus.BAD_REQUEST, "entity-tag", _("If-Match holds no entity tag: send what ETag said."))
    return tag in re.findall(TAG, header)


def is_known(header: str, tag: str) -> bool:
    """Whether who sends ``If-None-Match`` has the state ``tag`` already."""
    return header.strip() == "*" or tag in re.findall(TAG, header)
