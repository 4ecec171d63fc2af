"""Tables as CSV (RFC 4180): written row by row while they are sent, and without what spreadsheets take for formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation
from moneyed import Money

from console.money import digits_of

# Rows that are sent at a time.
CHUNK = 500
# What a spreadsheet reads as the beginning of a formula, in their wide forms too (ATTACKS 33; OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # fmt: skip
# Tells spreadsheets that the file is UTF-8; `utf-8-sig` reads it.
_MARK = "\ufeff"


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Answer with a file ``name`` (without its ending, plain letters) of a header and rows, never all in memory."""
    chunks = in_this_language(csv_lines(header, rows))
    response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # What it holds is for who asked, at this moment.
    response.headers["Cache-Control"] = "no-store, private"
    return response


def in_this_language(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, each made in the language of now: a response is streamed after the request's own has ended."""
    language = translation.get_language()

    def speak() -> Iterator[bytes]:
        while True:
            with translation.override(language):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    return speak()


def csv_lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file, some rows at a time."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([cell(value) for value in row]) for row in chain([header], rows))
    mark = _MARK
    while some := list(islice(lines, CHUNK)):
        yield (mark + "".join(some)).encode()
        mark = ""


def cell(value: Any) -> str:
    """A value as it stands in a cell: times as ISO 8601 in UTC, nothing as nothing, text that begins no formula.

    An amount of money as a number with the digits of its currency, which stands in a column of its own.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, Money):
        return f"{value.amount:.{digits_of(str(value.currency))}f}"
    text = str(value)
    # Blanks before it do not keep every spreadsheet from reading a formula.
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
