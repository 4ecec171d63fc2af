"""A clock that is told to move, and a storage that is empty afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.storage import default_storage

from tests.accounts.exporting import stored

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only moves when it is told to."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def no_files() -> Iterator[None]:
    """The storage outlives the database of a test."""
    yield
    for name in stored():
        default_storage.delete(f"exports/{name}")
