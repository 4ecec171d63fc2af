"""Zips of JSON files: whole, readable, whatever goes into them."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy

from console.archive import ROWS, Archive


def written(*parts: tuple[str, list[dict[str, Any]]]) -> zipfile.ZipFile:
    file = io.BytesIO()
    with Archive(file) as archive:
        for subject, rows in parts:
            archive.add_rows(subject, rows)
    return zipfile.ZipFile(file)


def test_each_subject_is_a_file_of_its_own() -> None:
    archive = written(("people", [{"name": "Zoë"}, {"name": "O\u2019Hara \u202e"}]), ("pets", []))
    assert archive.namelist() == ["people.json", "pets.json"]
    assert json.loads(archive.read("people.json")) == [{"name": "Zoë"}, {"name": "O\u2019Hara \u202e"}]
    assert json.loads(archive.read("pets.json")) == []


def test_what_json_has_no_form_of_is_written_as_people_read_it() -> None:
    row = {"at": datetime(2026, 11, 22, 12, tzinfo=UTC), "id": UUID(int=7), "label": gettext_lazy("Name"), "set": {1}}
    assert json.loads(written(("things", [row])).read("things.json")) == [
        {"at": "2026-11-22T12:00:00Z", "id": "00000000-0000-0000-0000-000000000007", "label": "Name", "set": "{1}"}
    ]


def test_a_list_is_a_table_too_of_which_no_cell_is_a_formula() -> None:
    file = io.BytesIO()
    with Archive(file) as archive:
        archive.add_table("people", ["name", "size"], [{"name": "=1+1", "size": 7, "shoe": 44}])
    assert zipfile.ZipFile(file).read("people.csv").decode("utf-8-sig") == "name,size\r\n'=1+1,7\r\n"


def test_a_file_is_copied_as_it_is() -> None:
    file = io.BytesIO()
    with Archive(file) as archive:
        archive.add_file("picture.webp", io.BytesIO(b"RIFF" * 100_000))
    assert zipfile.ZipFile(file).read("picture.webp") == b"RIFF" * 100_000


def test_whoever_waits_hears_of_it_now_and_then_and_may_end_it() -> None:
    ticks: list[int] = []

    def tick() -> None:
        ticks.append(len(ticks))
        if len(ticks) == 3:
            raise TimeoutError

    def endless() -> Iterator[dict[str, int]]:
        number = 0
        while True:
            yield {"number": number}
            number += 1
            assert number <= 3 * ROWS

    with pytest.raises(TimeoutError), Archive(io.BytesIO(), tick) as archive:
        archive.add_rows("endless", endless())
    assert len(ticks) == 3
