"""Periodic tasks on the embedded engine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.schedules import crontab, schedule

from accounts.models import Session
from accounts.sessions.engine import SessionStore
from console.celery import SCHEDULE, app
from console.periodic import Entry

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
runs: list[datetime] = []


@app.task(name="tests.note")
def note() -> None:
    """Note when it ran; every other time it fails."""
    runs.append(datetime.now(UTC))
    if len(runs) % 2:
        raise ValueError("A bad time.")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    runs.clear()
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def minutes_of_runs(entry: Entry, clock: time_machine.Traveller, *, until: timedelta, step: timedelta) -> list[float]:
    while datetime.now(UTC) <= NOON + until:
        entry.run_if_due()
        clock.shift(step)
    return [(moment - NOON) / timedelta(minutes=1) for moment in runs]


@pytest.mark.django_db
def test_a_task_with_an_interval_runs_at_once_and_then_after_each_even_when_it_fails(
    clock: time_machine.Traveller,
) -> None:
    entry = Entry("tests.note", schedule(timedelta(seconds=30), app=app))
    ran = minutes_of_runs(entry, clock, until=timedelta(minutes=2), step=timedelta(seconds=1))
    assert ran == [0, 0.5, 1, 1.5, 2]


@pytest.mark.django_db
def test_a_task_with_a_clock_time_waits_for_it(clock: time_machine.Traveller) -> None:
    entry = Entry("tests.note", crontab(minute="17", hour="3", app=app))
    ran = minutes_of_runs(entry, clock, until=timedelta(hours=40), step=timedelta(minutes=1))
    assert ran == [(15 * 60) + 17, (39 * 60) + 17]


@pytest.mark.django_db
def test_sessions_that_have_expired_are_removed_each_day(clock: time_machine.Traveller) -> None:
    app.loader.import_default_modules()
    for days in (1, 3):
        session = SessionStore()
        session.set_expiry(timedelta(days=days))
        session.save()
    [entry] = [entry for entry in SCHEDULE.values() if entry["task"] == "console.clear_sessions"]
    assert entry["schedule"].hour == {3}
    clock.shift(timedelta(days=2))
    app.tasks["console.clear_sessions"].apply(throw=True)
    assert Session.objects.get().expire_date == NOON + timedelta(days=3)
