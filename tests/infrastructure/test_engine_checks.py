"""Whether engines work: checked every hour, told of once, seen over time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from audit.models import Event
from console.celery import SCHEDULE
from infrastructure.actions.engine_checks import check_engine, prune_engine_checks, sweep_engines
from infrastructure.actions.engines import change_engine
from infrastructure.connecting import Finding
from infrastructure.models import EngineCheck, StorageEngine
from tests.cast import Cast
from tests.infrastructure.making import make_engine
from tests.reading import body, mails_to, main_words, words

pytestmark = pytest.mark.django_db

MORNING = datetime(2030, 1, 7, 8, 0, tzinfo=UTC)
FINE = Finding("", "", 12)
BROKEN = Finding("network", "Nobody answers at this address. Check the port, and that the server runs.", 3)

type Answering = Callable[[Finding], list[Any]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """What each connection finds from now on; those that were made."""
    made: list[Any] = []

    def answer(finding: Finding) -> list[Any]:
        def try_engine(*arguments: Any) -> Finding:
            made.append(arguments)
            return finding

        monkeypatch.setattr("infrastructure.actions.engine_checks.try_engine", try_engine)
        return made

    return answer


def due(engine: StorageEngine) -> StorageEngine:
    """The engine as it is, its next check come."""
    StorageEngine.objects.filter(pk=engine.pk).update(due_at=timezone.now(), claimed_until=None)
    return StorageEngine.objects.get(pk=engine.pk)


def check(engine: StorageEngine) -> StorageEngine:
    """The engine after its next check."""
    check_engine(due(engine).pk)
    return StorageEngine.objects.get(pk=engine.pk)


@pytest.mark.usefixtures("worker_here")
def test_each_is_checked_about_every_hour_and_one_by_one(cast: Cast, answers: Answering) -> None:
    made = answers(FINE)
    for number in range(3):
        make_engine(cast.acme, f"Engine {number}", due_at=MORNING)
    closed = make_engine(cast.rival, due_at=MORNING)
    cast.rival.status, cast.rival.closed_at = "closed", MORNING
    cast.rival.save()
    with time_machine.travel(MORNING, tick=False) as clock:
        assert sweep_engines() == 3
        assert len(made) == 3
        # What is claimed, or was checked just now, is nobody else's.
        assert sweep_engines() == 0
        times = set(StorageEngine.objects.exclude(pk=closed.pk).values_list("due_at", flat=True))
        assert all(timedelta(minutes=55) <= at - MORNING <= timedelta(minutes=65) for at in times)
        clock.shift(timedelta(minutes=65))
        assert sweep_engines() == 3
    assert EngineCheck.objects.count() == 6
    assert {entry["task"] for entry in SCHEDULE.values()} >= {
        "infrastructure.sweep_engines",
        "infrastructure.prune_engine_checks",
    }


@pytest.mark.usefixtures("worker_here")
def test_one_organization_does_not_keep_the_workers_from_the_others(cast: Cast, answers: Answering) -> None:
    made = answers(BROKEN)
    for number in range(8):
        make_engine(cast.acme, f"Silent {number}", due_at=MORNING - timedelta(hours=1))
    make_engine(cast.rival, "Late", due_at=MORNING)
    with time_machine.travel(MORNING, tick=False):
        assert (sweep_engines(), sweep_engines(), sweep_engines()) == (6, 3, 0)
    assert len(made) == 9


def test_people_are_told_once_of_the_second_failure_and_once_of_its_end(cast: Cast, answers: Answering) -> None:
    engine = make_engine(cast.acme, "Main")
    answers(BROKEN)
    first = check(engine)
    assert (first.health, first.trouble) == ("failing", BROKEN.sentence)
    # It is asked again soon, and nobody is woken up for one failure.
    assert first.due_at - timezone.now() < timedelta(minutes=6)
    assert mails_to("theo.tech@example.com", "engine-failing") == []
    for _time in range(3):
        check(engine)
    [mail] = mails_to("theo.tech@example.com", "engine-failing")
    assert mail.subject == "Main does not work"
    assert BROKEN.sentence in mail.text
    assert mails_to("mia.member@example.com", "engine-failing") == []
    bell = words(cast.theo.client.get("/notifications/"))
    assert "The storage engine Main of Acme does not work." in bell
    page = main_words(cast.theo.client.get(reverse("infrastructure:engine", args=[cast.acme.slug, engine.pk])))
    assert "It does not work: network. Nobody answers at this address." in page
    answers(FINE)
    for _time in range(2):
        check(engine)
    [mail] = mails_to("theo.tech@example.com", "engine-recovered")
    assert mail.subject == "Main works again"
    assert not Notification.objects.filter(kind="engine_failing", settled_at=None).exists()
    # The next time, they are told again.
    answers(BROKEN)
    for _time in range(2):
        check(engine)
    assert len(mails_to("theo.tech@example.com", "engine-failing")) == 2


def test_one_failure_in_between_is_told_to_nobody(cast: Cast, answers: Answering) -> None:
    engine = make_engine(cast.acme, "Main")
    for finding in (BROKEN, FINE, BROKEN, FINE):
        answers(finding)
        check(engine)
    assert mails_to("theo.tech@example.com") == []


def test_what_is_changed_while_it_is_checked_is_checked_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(cast.acme, "Main")

    def change_meanwhile(*_arguments: Any) -> Finding:
        config = engine.config | {"host": "db2.example.com"}
        change_engine(engine=engine, name="Main", config=config, secret="new", by=cast.theo.actor(cast.acme))
        return BROKEN

    monkeypatch.setattr("infrastructure.actions.engine_checks.try_engine", change_meanwhile)
    after = check(engine)
    assert (after.health, after.claimed_until) == ("unknown", None)
    assert after.due_at <= timezone.now()
    assert not EngineCheck.objects.exists()
    # And what was removed meanwhile is no error.
    monkeypatch.setattr(
        "infrastructure.actions.engine_checks.try_engine", lambda *_: (StorageEngine.objects.all().delete(), FINE)[1]
    )
    check_engine(due(engine).pk)
    assert not StorageEngine.objects.exists()


def test_a_check_by_hand_is_noted_and_comes_once_in_ten_seconds(cast: Cast, answers: Answering) -> None:
    engine = make_engine(cast.acme, "Main")
    made = answers(BROKEN)
    here = reverse("infrastructure:engine_check", args=[cast.acme.slug, engine.pk])
    with time_machine.travel(MORNING, tick=False) as clock:
        page = words(cast.theo.client.post(here, follow=True))
        assert "Main does not work: Nobody answers at this address." in page
        assert "It was checked a moment ago." in words(cast.adam.client.post(here, follow=True))
        assert len(made) == 1
        clock.shift(timedelta(seconds=11))
        answers(FINE)
        assert "Main works." in words(cast.theo.client.post(here, follow=True))
    events = Event.objects.filter(action="engine.checked").order_by("id")
    assert [event.after["stage"] for event in events] == ["network", ""]
    assert StorageEngine.objects.get().health == "healthy"


def test_the_page_shows_a_day_and_a_month_and_a_month_is_kept(cast: Cast) -> None:
    engine = make_engine(cast.acme, "Main")
    with time_machine.travel(MORNING, tick=False):
        for hours, stage in ((0, ""), (1, "tls"), (2, "tls"), (2, ""), (30, ""), (24 * 31, "")):
            at = MORNING - timedelta(hours=hours)
            EngineCheck.objects.create(engine=engine, checked_at=at, problem_stage=stage, milliseconds=1)
        page = cast.theo.client.get(reverse("infrastructure:engine", args=[cast.acme.slug, engine.pk]))
        assert "Last 24 hours 4 checks, 2 of them failed" in main_words(page)
        assert "Last 30 days 5 checks, 2 of them failed" in main_words(page)
        drawn = [body(page).count(f'class="strip-{state}"') for state in ("fine", "mixed", "failing", "none")]
        # Of 24 hours three, one of them failing and one both; of 30 days two.
        assert drawn == [2, 2, 1, 49]
        prune_engine_checks()
    assert EngineCheck.objects.count() == 5


def test_a_secret_that_does_not_open_is_said(cast: Cast) -> None:
    engine = make_engine(cast.acme, sealed_secret="")
    StorageEngine.objects.filter(pk=engine.pk).update(sealed_secret="made up")
    after = check(engine)
    assert after.trouble == "The secret cannot be opened any more. Type it again."
    page = cast.theo.client.post(
        reverse("infrastructure:engine_edit", args=[cast.acme.slug, engine.pk]),
        {"name": engine.name, **engine.config, "secret": "", "test": "1"},
    )
    assert "The secret cannot be opened any more." in main_words(page)
