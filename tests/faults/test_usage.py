"""What ran is written down by a worker that dies in the middle: all of an hour, or nothing of it."""

from unittest.mock import patch

import pytest
import time_machine

from billing.actions.usage import record_usage
from billing.models import Charge, Entry, UsageHour, UsageLine
from tests.billing.making import account_of
from tests.billing.running import at, run_from
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

# In their order: before the charge, after the entry is written, and last.
STEPS = ["billing._lines", "recording.UsageHour.objects.bulk_create", "recording.standing.review"]


def test_killed_anywhere_the_next_run_charges_what_ran_once(cast: Cast) -> None:
    run_from(cast.acme, at(1, 8))
    with time_machine.travel(at(1, 9, 5), tick=False):
        for step in STEPS:
            # What no handler of ours catches, as a worker that is killed.
            killed = patch(f"billing.actions.usage.{step}", side_effect=SystemExit)
            with killed, pytest.raises(SystemExit):
                record_usage()
            assert [model.objects.count() for model in (UsageHour, UsageLine, Charge, Entry)] == [0, 0, 0, 0]
        assert record_usage() == 1
    assert (account_of(cast.acme).balance, Entry.objects.count()) == (-2, 1)
