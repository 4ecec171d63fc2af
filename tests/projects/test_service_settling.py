"""What backends and workers say of an operation: late, twice, out of order, too much or nothing at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import Notification
from audit.models import Event
from console.registry import registry
from organizations.actors import Actor
from projects.actions import services
from projects.models import Operation, Project, Service
from projects.provisioners import Unable
from projects.provisioners.base import Found
from tests.cast import Cast
from tests.projects.making import make_kind, make_service
from tests.projects.scripted import HOST, Killed, Scripted, raising

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 1, 12, tzinfo=UTC)


def request(project: Project, provisioner: str, by: Actor) -> Operation:
    """The operation of a service that was just asked for."""
    kind = make_kind(provisioner=provisioner)
    size = kind.sizes.get(key="small")
    service = services.request_service(project=project, kind=kind, size=size, name="Main", parameters={}, by=by)
    return service.operations.get()


@pytest.fixture
def operation(cast: Cast, project: Project, scripted: type[Scripted]) -> Operation:
    """A backend's."""
    return request(project, "backend", cast.theo.actor(cast.acme))


@pytest.fixture
def ours(cast: Cast, project: Project, scripted: type[Scripted], worker_here: None) -> Operation:
    return request(project, "scripted", cast.theo.actor(cast.acme))


def service_of(operation: Operation) -> Service:
    return Service.objects.get(pk=operation.service_id)


def line(operation: Operation) -> list[tuple[str, int | None, str]]:
    return list(operation.changes.order_by("id").values_list("state", "progress", "note"))


def sentences(cast: Cast) -> list[str]:
    told = Notification.objects.awaiting().filter(user=cast.theo.user)
    return [registry.notifications[each.kind].sentence(each.names) for each in told]


def test_progress_never_goes_back_and_says_one_line(operation: Operation) -> None:
    assert services.note_progress(operation.pk, progress=40, message="Disk\r\n\x1b[31m made\u202e" + "x" * 300)
    assert services.note_progress(operation.pk, progress=10, message="")
    assert services.note_progress(operation.pk, progress=900, message="Nearly")
    note = f"Disk [31m made{'x' * 185}…"
    assert [(state, progress) for state, progress, _note in line(operation)] == [
        ("requested", None),
        ("provisioning", None),
        ("provisioning", 40),
        ("provisioning", 100),
    ]
    assert (line(operation)[2][2], len(note)) == (note, 200)


def test_a_backend_that_talks_without_end_fills_no_table(operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.settling, "MOST_LINES", 5)
    for number in range(8):
        assert services.note_progress(operation.pk, progress=number, message=f"Line {number}")
    # Besides those it was requested, and taken on.
    assert operation.changes.count() == 7
    operation.refresh_from_db()
    assert operation.progress == 7


def test_done_before_it_was_accepted_and_failed_after_it_was_done(cast: Cast, operation: Operation) -> None:
    assert services.note_done(operation.pk, [HOST])
    assert not services.note_accepted(operation.pk)
    assert not services.note_done(operation.pk, [Found(name="host", value="other.example.com")])
    assert not services.note_failed(operation.pk, "Too late.")
    assert [state for state, _progress, _note in line(operation)] == ["requested", "provisioning", "running"]
    assert service_of(operation).outputs.get().value == "db.example.com"
    assert Event.objects.get(action="service.settled").after == {"operation": "create", "state": "running"}
    # Who asked a moment ago is still looking.
    assert sentences(cast) == []


def test_what_failed_without_a_word_has_a_reason_and_is_told(cast: Cast, operation: Operation) -> None:
    assert services.note_failed(operation.pk, " \n")
    assert service_of(operation).trouble == "It failed, and no reason was given."
    assert sentences(cast) == ["Main in Website could not be created."]
    services.retry_service(service=service_of(operation), by=cast.theo.actor(cast.acme))
    assert sentences(cast) == []


def test_of_what_took_a_while_one_is_told_unless_one_has_left(cast: Cast, operation: Operation) -> None:
    with time_machine.travel(operation.asked_at + timedelta(minutes=2), tick=False):
        services.note_done(operation.pk, [])
        assert sentences(cast) == ["Main in Website is running."]
        theo = cast.theo.actor(cast.acme)
        services.stop_service(service=service_of(operation), by=theo)
        assert sentences(cast) == []
        cast.theo.membership(cast.acme).delete()
        services.note_failed(service_of(operation).operations.get(state="open").pk, "No.")
    assert sentences(cast) == []


def test_a_backend_that_falls_silent_is_given_up_and_heard_after_all(cast: Cast, operation: Operation) -> None:
    with time_machine.travel(START, tick=False) as clock:
        services.note_accepted(operation.pk)
        clock.shift(timedelta(minutes=59))
        services.note_progress(operation.pk, progress=50)
        clock.shift(timedelta(minutes=59))
        assert services.sweep_operations() == 0
        clock.shift(timedelta(minutes=1))
        assert services.sweep_operations() == 1
        assert service_of(operation).trouble == "Nothing was heard of it for too long."
        # It goes on, and is silent again.
        assert services.note_progress(operation.pk, progress=60)
        assert service_of(operation).state == "provisioning"
        assert sentences(cast) == []
        clock.shift(timedelta(hours=2))
        services.sweep_operations()
        assert services.note_done(operation.pk, [HOST])
    assert service_of(operation).state == "running"


def test_what_a_backend_says_to_go_on_for_ever_is_given_up_after_two_days(operation: Operation) -> None:
    with time_machine.travel(START, tick=False) as clock:
        services.note_accepted(operation.pk)
        for _half_hour in range(95):
            clock.shift(timedelta(minutes=30))
            services.note_progress(operation.pk, progress=1)
        assert services.sweep_operations() == 0
        clock.shift(timedelta(minutes=30))
        assert services.sweep_operations() == 1
        assert service_of(operation).trouble == "It was not done in two days."
        # It is believed for as long again.
        services.note_progress(operation.pk, progress=2)
        assert services.sweep_operations() == 0


def test_what_was_given_up_does_not_come_back_over_something_newer(cast: Cast, operation: Operation) -> None:
    services.note_failed(operation.pk, "Nothing was heard.", gave_up=True)
    assert not services.note_failed(operation.pk, "Nothing was heard.", gave_up=True)
    theo = cast.theo.actor(cast.acme)
    services.delete_service(service=service_of(operation), by=theo)
    assert not services.note_done(operation.pk, [HOST])
    assert service_of(operation).state == "stopping"


STEPS: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "before it begins": lambda patch: patch.setattr(services.carrying, "note_accepted", raising(Killed())),
    "while it works": lambda patch: Scripted.script.append(raising(Killed())),
    "before it says so": lambda patch: patch.setattr(services.carrying, "note_done", raising(Killed())),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_is_killed_is_followed_by_another(ours: Operation, step: str) -> None:
    with time_machine.travel(ours.asked_at, tick=False) as clock:
        with pytest.MonkeyPatch.context() as patch:
            STEPS[step](patch)
            with pytest.raises(Killed):
                services.carry_out(ours.pk)
        assert service_of(ours).state in {"requested", "provisioning"}
        # Nobody else is at it yet.
        assert services.sweep_operations() == 0
        clock.shift(timedelta(seconds=30))
        assert services.sweep_operations() == 1
    assert service_of(ours).state == "running"
    assert {operation.pk for operation in Scripted.calls} == {ours.pk}


def test_what_goes_wrong_is_tried_again_for_nine_minutes_and_then_failed(cast: Cast, ours: Operation) -> None:
    Scripted.script = [raising(OSError("A secret"))] * 9
    with time_machine.travel(ours.asked_at, tick=False) as clock:
        for _second in range(40):
            clock.shift(timedelta(seconds=15))
            services.sweep_operations()
    assert len(Scripted.calls) == 7
    assert service_of(ours).trouble == "Something went wrong on our side, several times. Try again later."
    assert not ours.changes.filter(note__contains="secret").exists()


def test_what_kills_each_worker_is_given_up(ours: Operation) -> None:
    Scripted.script = [raising(Killed())] * 9
    with time_machine.travel(ours.asked_at, tick=False) as clock:
        for _try in range(7):
            with pytest.raises(Killed):
                services.carry_out(ours.pk)
            clock.shift(timedelta(seconds=30))
        assert not services.carry_out(ours.pk)
    assert service_of(ours).state == "failed"


def test_what_cannot_be_done_fails_at_once_with_the_reason(ours: Operation) -> None:
    Scripted.script = [raising(Unable("There is no room in this region."))]
    assert not services.carry_out(ours.pk)
    assert service_of(ours).trouble == "There is no room in this region."
    # A wake-up that comes twice finds nothing to do.
    assert not services.carry_out(ours.pk)
    assert len(Scripted.calls) == 1


def test_a_worker_that_was_slow_does_not_settle_what_was_replaced(cast: Cast, ours: Operation) -> None:
    def delete_meanwhile() -> None:
        services.delete_service(service=service_of(ours), by=cast.adam.actor(cast.acme))

    Scripted.script = [delete_meanwhile]
    assert not services.carry_out(ours.pk)
    assert service_of(ours).state == "stopping"
    services.sweep_operations()
    assert service_of(ours).state == "deleted"
    assert not service_of(ours).outputs.exists()


def test_a_kind_whose_provisioner_is_gone_fails_with_a_reason(
    cast: Cast, project: Project, ours: Operation, settings: object
) -> None:
    kind = ours.service.kind
    kind.provisioner = "gone"
    kind.save()
    with time_machine.travel(ours.asked_at, tick=False) as clock:
        for _minute in range(12):
            services.sweep_operations()
            clock.shift(timedelta(minutes=5))
    assert service_of(ours).state == "failed"
    assert make_service(project, "Other", kind=kind).state == "running"
