"""CSV: read back by Python's reader, and inert in a spreadsheet (ATTACKS 33)."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from moneyed import Money

from console.csv import CHUNK, cell, csv_lines, csv_response


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "  @x",
        "\u00a0=1",
        "\uff1d1+1",
        "\uff20x",
        "-2+3+cmd|' /C calc'!A0",
    ],
)
def test_text_that_begins_a_formula_is_inert(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Amélie", "a=b", "1-2", "'quoted'", "", "O'Neil", "mia@example.com", "#1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_values_become_text_that_programs_read() -> None:
    moment = datetime(2027, 3, 1, 13, 5, 7, 8, tzinfo=timezone(timedelta(hours=1)))
    assert [cell(value) for value in (None, -5, 0, moment)] == ["", "-5", "0", "2027-03-01T12:05:07+00:00"]
    assert [cell(Money(amount, "EUR")) for amount in ("-42", "0.5")] == ["-42.00", "0.50"]
    assert [cell(Money(-1200, "JPY")), cell(Decimal("-0.0042"))] == ["-1200", "-0.0042"]
    assert cell(datetime(2027, 3, 1, tzinfo=UTC)) == "2027-03-01T00:00:00+00:00"


def test_what_is_written_is_read_back() -> None:
    rows = [["Amélie", 'says "no"', "a,b"], ["two\nlines", "", "ünder"]]
    data = b"".join(csv_lines(["A", "B", "C"], rows))
    assert data.startswith(b"\xef\xbb\xbfA,B,C\r\n")
    assert read(data) == [["A", "B", "C"], *rows]


def test_it_is_made_as_it_is_sent() -> None:
    drawn = 0

    def rows() -> Iterator[list[int]]:
        nonlocal drawn
        for number in range(10 * CHUNK):
            drawn += 1
            yield [number]

    lines = csv_lines(["n"], rows())
    next(lines)
    assert drawn <= CHUNK


def test_it_is_made_in_the_language_of_the_request() -> None:
    with translation.override("fr"):
        response = csv_response("x", [gettext_lazy("Name")], ([gettext_lazy("Name")] for _ in range(2)))
    assert read(response.getvalue()) == [["Nom"]] * 3


def test_it_is_a_file_that_nobody_keeps() -> None:
    response = csv_response("members-acme", ["Name"], [])
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="members-acme.csv"'
    assert response.headers["Cache-Control"] == "no-store, private"
