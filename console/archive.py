"""Zips of JSON and CSV files, written row by row: what an export holds may be larger than memory."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

from console.csv import csv_lines

# How many rows, or bytes of a file, are written between two calls of ``tick``.
ROWS = 200
CHUNK = 256 * 1024


class Encoder(DjangoJSONEncoder):
    """Writes what JSON has no form of (a phone number, a lazy text) as people read it."""

    def default(self, o: Any) -> Any:
        """Return a form that JSON has."""
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class Archive:
    """A zip that is being written into ``file``.

    ``tick`` is called now and then while rows are written, for whoever must say that the work goes on; what it raises
    ends the work.
    """

    def __init__(self, file: IO[bytes], tick: Callable[[], None] = lambda: None) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self._tick = tick
        self._encoder = Encoder(ensure_ascii=False, indent=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    def add_rows(self, subject: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write ``<subject>.json``: a list of objects, one for each row."""
        # Zip64 from the start: nobody knows how long it gets.
        with self._zip.open(f"{subject}.json", "w", force_zip64=True) as file:
            separator = "["
            for number, row in enumerate(rows, start=1):
                file.write(f"{separator}\n{self._encoder.encode(dict(row))}".encode())
                separator = ","
                if number % ROWS == 0:
                    self._tick()
            file.write(b"[]\n" if separator == "[" else b"\n]\n")

    def add_table(self, subject: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        """Write ``<subject>.csv``: these columns of the rows, for spreadsheets."""
        lines = csv_lines(columns, ([row[column] for column in columns] for row in rows))
        with self._zip.open(f"{subject}.csv", "w", force_zip64=True) as file:
            for line in lines:
                file.write(line)
                self._tick()

    def add_file(self, name: str, source: IO[bytes]) -> None:
        """Copy a file into the zip."""
        with self._zip.open(name, "w", force_zip64=True) as file:
            shutil.copyfileobj(source, file, CHUNK)
