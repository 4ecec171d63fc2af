"""An invitation and a clock, for the tests of what its link opens; and tasks that run where they are asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import Settings

from console.celery import app
from organizations.models import Invitation
from tests.cast import Cast
from tests.organizations.inviting import invite

SAM = "sam.stranger@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def invitation(clock: time_machine.Traveller, cast: Cast) -> Invitation:
    return invite(cast, SAM, "tech", by=cast.adam, note="Come & build robots.")


@pytest.fixture
def worker_here(settings: Settings) -> Iterator[None]:
    """Run tasks in this process, inside the test's transaction, on the real engines too.

    What real workers do is tested in tests/faults.
    """
    before, app.conf.task_always_eager = app.conf.task_always_eager, True
    # Else they would run in a thread, which sees nothing of the transaction.
    settings.EMAIL_URL = ""
    yield
    app.conf.task_always_eager = before
