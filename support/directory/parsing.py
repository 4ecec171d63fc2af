"""From the text of a file, JSON or CSV, to rows as they were given, each with where it stands."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from django.utils.translation import gettext as _

from support.directory.fields import Field, Fields, of_cell
from support.directory.rows import Entry, Kind, Problem

MOST_BYTES = 20 * 1024 * 1024

# The lists of a customer in JSON, and what they hold.
LISTS: Final = {
    "people": Kind.PERSON,
    "contacts": Kind.CONTACT,
    "entitlements": Kind.ENTITLEMENT,
    "tickets": Kind.TICKET,
}


class UnreadableError(Exception):
    """The file as a whole cannot be read: where, and why."""

    def __init__(self, sentence: str, where: str = "") -> None:
        super().__init__(sentence)
        self.problem = Problem(where, sentence)


def entries(content: str, name: str, fields: dict[str, dict[str, Field]]) -> Iterator[Entry | Problem]:
    """The rows of a file, in their order, and what is wrong with its form. Raises UnreadableError.

    ``name``: of the file; its end says what it is. ``fields``: of each kind of row.
    """
    if len(content.encode(errors="replace")) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than 20 MB. Give it in in parts: each customer in one of them."))
    if name.lower().endswith(".json"):
        return _of_json(content)
    if name.lower().endswith(".csv"):
        return _of_csv(content, fields)
    raise UnreadableError(_("The name of the file must end in .json or .csv."))


def _of_json(content: str) -> Iterator[Entry | Problem]:
    found = _parsed(content)
    if not isinstance(found, dict) or list(found) != ["customers"] or not isinstance(found["customers"], list):
        raise UnreadableError(_("The file must be an object with the one name “customers”, which is a list."))
    for number, given in enumerate(found["customers"]):
        yield from _of_customer(f"customers[{number}]", given)


def _of_customer(where: str, given: Any) -> Iterator[Entry | Problem]:
    if not isinstance(given, dict):
        yield _no_object(where)
        return
    own: Fields = {name: value for name, value in given.items() if name not in LISTS}
    yield Entry(where=where, kind=Kind.CUSTOMER, given=own)
    key = str(own.get("key", ""))
    for name, kind in LISTS.items():
        for at, row in _each(f"{where}.{name}", given.get(name)):
            if not isinstance(row, dict):
                yield _no_object(at) if row is not None else _no_list(at)
            elif kind == Kind.TICKET:
                yield from _of_ticket(at, key, row)
            else:
                yield Entry(where=at, kind=kind, given=row, customer=key)


def _of_ticket(where: str, customer: str, given: Fields) -> Iterator[Entry | Problem]:
    own: Fields = {name: value for name, value in given.items() if name != "messages"}
    yield Entry(where=where, kind=Kind.TICKET, given=own, customer=customer)
    for at, row in _each(f"{where}.messages", given.get("messages")):
        if not isinstance(row, dict):
            yield _no_object(at) if row is not None else _no_list(at)
        else:
            yield Entry(where=at, kind=Kind.MESSAGE, given=row, customer=customer, ticket=str(own.get("key", "")))


def _each(where: str, rows: Any) -> Iterator[tuple[str, Any]]:
    """The rows of a list with their paths; one None at its own path where it is no list."""
    if rows is not None and not isinstance(rows, list):
        yield where, None
        return
    for number, row in enumerate(rows or []):
        yield f"{where}[{number}]", "" if row is None else row


def _no_object(where: str) -> Problem:
    return Problem(where, _("This must be an object with names and values."))


def _no_list(where: str) -> Problem:
    return Problem(where, _("This must be a list."))


def _parsed(content: str) -> Any:
    try:
        return json.loads(content.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = _("line %d") % error.lineno
        raise UnreadableError(_("This is no JSON: %s.") % error.msg, where) from None
    except RecursionError:
        raise UnreadableError(_("This is nested too deep.")) from None
    except ValueError:
        # A number of thousands of digits.
        raise UnreadableError(_("This is no JSON that can be read.")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand once: of two values, which one counts nobody can know."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, number in Counter(name for name, _value in pairs).items() if number > 1)
        raise UnreadableError(_("The name “%s” stands twice in one object.") % twice[:60])
    return found


def _refuse_constant(constant: str) -> None:
    raise UnreadableError(_("“%s” is no number.") % constant)


def _of_csv(content: str, fields: dict[str, dict[str, Field]]) -> Iterator[Entry | Problem]:
    reader = csv.reader(StringIO(content.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, {"kind", "customer", "ticket"}.union(*fields.values()))
        # A row over several lines is known by its last one.
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield from _of_line(_("line %d") % reader.line_num, header, cells, fields)
    except csv.Error as error:
        raise UnreadableError(_("This is no CSV: %s.") % error, _("line %d") % reader.line_num) from None


def _check_header(header: list[str], known: set[str]) -> None:
    if "kind" not in header:
        raise UnreadableError(_("The first line must name the columns, “kind” among them."), _("line %d") % 1)
    for name in header:
        if name not in known or header.count(name) > 1:
            raise UnreadableError(
                _("The column “%s” is not known here, or stands twice.") % name[:60], _("line %d") % 1
            )


def _of_line(
    where: str, header: list[str], cells: list[str], fields: dict[str, dict[str, Field]]
) -> Iterator[Entry | Problem]:
    if len(cells) > len(header):
        yield Problem(where, _("This line has more cells than there are columns."))
        return
    given = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
    kind, customer, ticket = (given.pop(name, "") for name in ("kind", "customer", "ticket"))
    if kind not in fields:
        names = ", ".join(fields)
        yield Problem(where, _("“%(kind)s” is no kind of row: %(names)s.") % {"kind": kind[:60], "names": names})
        return
    row = {name: of_cell(name, cell) for name, cell in given.items()}
    yield Entry(where=where, kind=Kind(kind), given=row, customer=customer, ticket=ticket)
