"""What the embedded engine does beside the pages: in order, each once, whatever fails."""

from threading import Event

import pytest

from console.aside import Aside
from tests.harness.servers import wait_until

pytestmark = [pytest.mark.embedded, pytest.mark.waits]


def test_calls_run_in_order_and_beside_the_caller() -> None:
    aside, go, ran = Aside(), Event(), list[str]()
    aside.run(go.wait)
    for name in ("one", "two"):
        aside.run(ran.append, name)
    assert ran == []
    go.set()
    assert wait_until(lambda: ran == ["one", "two"], seconds=5)


def test_what_waits_already_is_not_queued_again() -> None:
    """A sweep finds the same mails every 30 seconds while the mail server stalls."""
    aside, go, ran = Aside(), Event(), list[str]()
    aside.run(go.wait)
    for name in ("one", "one", "two", "one"):
        aside.run(ran.append, name)
    go.set()
    assert wait_until(lambda: len(ran) == 2, seconds=5)
    # Once it runs, it may be asked for again.
    aside.run(ran.append, "one")
    assert wait_until(lambda: ran == ["one", "two", "one"], seconds=5)


def test_a_failure_is_logged_and_the_next_call_runs(caplog: pytest.LogCaptureFixture) -> None:
    aside, done = Aside(), Event()

    def fail() -> None:
        raise ValueError("A bad time.")

    aside.run(fail)
    aside.run(done.set)
    assert done.wait(5)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ValueError]
