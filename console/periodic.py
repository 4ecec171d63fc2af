"""Periodic tasks on the embedded engine: a thread in the server's own process instead of beat and a worker."""

import logging
import threading
from datetime import UTC, datetime

from celery.schedules import BaseSchedule, maybe_schedule
from django.db import close_old_connections

from console.celery import SCHEDULE, app

log = logging.getLogger(__name__)


def start() -> threading.Thread:
    """Run the schedule in a thread that ends with the process."""
    thread = threading.Thread(target=run, name="periodic", daemon=True, args=(threading.Event(),))
    thread.start()
    return thread


def run(stop: threading.Event, *, pause: float = 1) -> None:
    """Run each task when it is due, one after the other, until ``stop`` is set; what has an interval runs at once."""
    # A worker does this by itself; here it makes the tasks of all apps known.
    app.loader.import_default_modules()
    entries = [Entry(entry["task"], maybe_schedule(entry["schedule"], app=app)) for entry in SCHEDULE.values()]
    while not stop.wait(pause):
        for entry in entries:
            entry.run_if_due()


class Entry:
    """A task of the schedule and when it ran last."""

    def __init__(self, task: str, schedule: BaseSchedule) -> None:
        self._task = task
        self._schedule = schedule
        # A clock time waits for its hour; an interval has passed since the last run of this server.
        interval = getattr(schedule, "run_every", None)
        self._last_run = datetime.now(UTC) - interval if interval else datetime.now(UTC)

    def run_if_due(self) -> None:
        """Run the task if it is time; a failure is logged, and the next time comes all the same."""
        if not self._schedule.is_due(self._last_run).is_due:
            return
        self._last_run = datetime.now(UTC)
        try:
            app.tasks[self._task].apply(throw=True)
        except Exception:
            log.exception("The periodic task %s failed.", self._task)
        finally:
            close_old_connections()
