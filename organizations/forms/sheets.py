"""Lists of people as they are pasted or uploaded: lines of addresses, and CSV files as spreadsheets write them."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organizations.actions.invitations.batches import MOST_ROWS, Entry

# Addresses end at a line's end, comma, semicolon or tab, but not inside of quotes or of <…>. Possessive, so that no
# text takes more than one look.
_PIECE = re.compile(r'(?:[^,;\t\r\n"<]|"[^"\r\n]*+"?|<[^>\r\n]*+>?)++')
_IN_BRACKETS = re.compile(r"<([^<>@]*@[^<>]*)>\s*$")
_DELIMITERS = (",", ";", "\t")
# What spreadsheets in English and French call the columns.
_COLUMNS = {
    "email": frozenset({"email", "e-mail", "mail", "email address", "e-mail address", "address", "adresse e-mail"}),
    "role": frozenset({"role", "rôle"}),
    "note": frozenset({"note", "message"}),
}


def read_text(text: str) -> list[Entry]:
    """The rows of a pasted text: of a CSV file where its first line is nothing but names of columns, else addresses.

    Raises ValidationError for a CSV text without addresses.
    """
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    names = [name.strip().strip('"') for name in first.split(delimiter)]
    columns = _columns(names)
    # An address alone may be anything; two names of columns side by side are no addresses.
    return read_csv(text.encode()) if len(columns) == len(names) > 1 else read_lines(text)


def write_text(entries: Sequence[Entry]) -> str:
    """Rows as `read_text` reads them: as CSV where one has a role or a note of its own, else an address a line."""
    lines = "\n".join(entry.email for entry in entries)
    plain = [(entry.email, "", "") for entry in entries]
    if plain == [(entry.email, entry.role, entry.note) for entry in entries] and plain == [
        (entry.email, "", "") for entry in read_text(lines)
    ]:
        return lines
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [("email", "role", "note"), *((entry.email, entry.role, entry.note) for entry in entries)]
    )
    return written.getvalue()


def read_lines(text: str) -> list[Entry]:
    """The addresses in a pasted text: one on each line, or between commas or semicolons; also ``Name <address>``."""
    pieces = (piece.strip() for piece in _PIECE.findall(text))
    found = islice(filter(None, pieces), MOST_ROWS + 1)
    return [Entry(number=number, email=_address(piece)) for number, piece in enumerate(found, start=1)]


def read_csv(data: bytes) -> list[Entry]:
    """The rows of a CSV file: address, role and note, in this order or as the first row names them.

    UTF-8 with or without its mark, else Latin-1 (Windows-1252); with commas, semicolons or tabs. A row's number is the
    one that a spreadsheet shows. Raises ValidationError for a file that is none.
    """
    text = _decoded(data)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    try:
        # Not all of a long file: one row more than is allowed says that it is too long.
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), MOST_ROWS + 2))
    except csv.Error:
        raise _no_csv() from None
    entries = list(_entries(rows))
    if not any("@" in entry.email for entry in entries):
        raise _no_csv()
    return entries


def _entries(rows: list[list[str]]) -> Iterator[Entry]:
    columns = _columns(rows[0]) if rows else {}
    for number, row in enumerate(rows, start=1):
        if (number == 1 and columns) or not any(cell.strip() for cell in row):
            continue
        cells = {name: row[at].strip() for name, at in (columns or _in_order()).items() if at < len(row)}
        email = _address(cells.get("email", ""))
        yield Entry(number=number, email=email, role=cells.get("role", ""), note=cells.get("note", ""))


def _columns(header: list[str]) -> dict[str, int]:
    """Where the first row says that each column is; nothing where it names none, and so is a row like the others."""
    names = [cell.strip().casefold() for cell in header]
    found = {
        column: next(at for at, name in enumerate(names) if name in known)
        for column, known in _COLUMNS.items()
        if known.intersection(names)
    }
    return found if "email" in found else {}


def _in_order() -> dict[str, int]:
    return {name: at for at, name in enumerate(_COLUMNS)}


def _decoded(data: bytes) -> str:
    if b"\0" in data:
        raise _no_csv()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _address(text: str) -> str:
    match = _IN_BRACKETS.search(text)
    return (match[1] if match else text).strip().strip("\"'").strip()


def _no_csv() -> ValidationError:
    return ValidationError(
        _("This is not a CSV file with addresses. In a spreadsheet, choose “Save as” and CSV."), code="csv"
    )
