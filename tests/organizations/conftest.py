"""An invitation and a clock, for the tests of what its link opens."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

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
