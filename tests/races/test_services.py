"""Services that two people, a worker and a backend change at the same instant: one order, and both are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.actions.closing import close_account
from accounts.models import User
from console.refusal import Refused
from organizations.models import Allowance, Organization
from projects.actions import services
from projects.models import Operation, Project, Service
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_service
from tests.projects.scripted import HOST, use_scripted

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4

type Act = Callable[[], Any]


def at_once(*acts: Act) -> list[Any]:
    """What each returned, or the code with which it was refused; anything else that is raised fails the test."""
    barrier = Barrier(len(acts), timeout=20)

    def run(act: Act) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(timeout=30) for future in [threads.submit(run, act) for act in acts]]


@pytest.fixture
def project(cast: Cast, settings: Settings) -> Project:
    use_scripted(settings)
    make_kind(provisioner="backend")
    return make_project(cast.acme)


def open_verbs(service: Service) -> list[str]:
    return list(service.operations.filter(state="open").values_list("verb", flat=True))


def test_of_delete_and_start_one_comes_first_and_the_service_goes(cast: Cast, project: Project) -> None:
    theo, adam = cast.theo.actor(cast.acme), cast.adam.actor(cast.acme)
    for number in range(ROUNDS):
        service = make_service(project, f"Service {number}", state="stopped")
        deleted, started = at_once(
            lambda: services.delete_service(service=service, by=theo),  # noqa: B023 -- run in this round
            lambda: services.start_service(service=service, by=adam),  # noqa: B023 -- run in this round
        )
        # Either way: who started is told at once, or hears that it was replaced.
        assert isinstance(deleted, Service)
        assert started == "busy" or isinstance(started, Service)
        assert open_verbs(service) == ["delete"]
        told = cast.adam.user.notifications.filter(target_id=service.pk).count()
        assert told == (0 if started == "busy" else 1)
        states = list(service.changes.order_by("id").values_list("state", flat=True))
        assert states == (["stopping"] if started == "busy" else ["provisioning", "stopping"])


def test_of_two_who_stop_it_one_is_told(cast: Cast, project: Project) -> None:
    theo, adam = cast.theo.actor(cast.acme), cast.adam.actor(cast.acme)
    for number in range(ROUNDS):
        service = make_service(project, f"Service {number}")
        answers = at_once(
            lambda: services.stop_service(service=service, by=theo),  # noqa: B023 -- run in this round
            lambda: services.stop_service(service=service, by=adam),  # noqa: B023 -- run in this round
        )
        assert "busy" in answers
        assert open_verbs(service) == ["stop"]


def test_one_of_two_gets_the_name_and_the_last_place(cast: Cast, project: Project) -> None:
    theo, kind = cast.theo.actor(cast.acme), make_service(project, "First").kind
    size = kind.sizes.get(key="small")
    Allowance.objects.create(organization=cast.acme, name="services", amount=1 + ROUNDS)

    def request(name: str) -> Service:
        return services.request_service(project=project, kind=kind, size=size, name=name, parameters={}, by=theo)

    for number in range(ROUNDS):
        answers = at_once(
            lambda: request(f"Same {number}"),  # noqa: B023 -- run in this round
            lambda: request(f"SAME {number}"),  # noqa: B023 -- run in this round
        )
        last = number == ROUNDS - 1
        assert [answer for answer in answers if isinstance(answer, str)] == ["allowance" if last else "taken"]
    assert Service.objects.count() == 1 + ROUNDS


def test_done_reported_twice_while_somebody_deletes_it(cast: Cast, project: Project) -> None:
    theo = cast.theo.actor(cast.acme)
    for number in range(ROUNDS):
        service = make_service(project, f"Service {number}", state="provisioning")
        first = service.operations.get()
        *counts, _deleted = at_once(
            lambda: services.note_done(first.pk, [HOST]),  # noqa: B023 -- run in this round
            lambda: services.note_done(first.pk, [HOST]),  # noqa: B023 -- run in this round
            lambda: services.delete_service(service=service, by=theo),  # noqa: B023 -- run in this round
        )
        assert counts.count(True) <= 1
        first.refresh_from_db()
        assert first.state == ("done" if True in counts else "replaced")
        assert open_verbs(service) == ["delete"]


def test_an_account_ends_while_what_its_person_asked_for_fails(cast: Cast, project: Project) -> None:
    """Both lock the person and the service: nobody waits for ever, and nothing is left of the person."""
    service = make_service(project, state="provisioning", created_by=cast.theo.user)
    operation = service.operations.get()
    Operation.objects.filter(pk=operation.pk).update(asked_by=cast.theo.user)
    counts, _ended = at_once(
        lambda: services.note_failed(operation.pk, "No room."),
        lambda: close_account(user=cast.theo.user, by=cast.theo.actor()),
    )
    assert counts is True
    assert not User.objects.filter(pk=cast.theo.user.pk).exists()
    service.refresh_from_db()
    assert (service.state, service.created_by) == ("failed", None)


def test_an_account_ends_while_something_is_requested_in_it(cast: Cast, project: Project) -> None:
    personal = Organization.objects.get(kind="personal", person=cast.sam.user)
    own, kind = make_project(personal), make_kind("redis")
    size, by = kind.sizes.get(key="small"), cast.sam.actor(personal)
    requested, ended = at_once(
        lambda: services.request_service(project=own, kind=kind, size=size, name="Mine", parameters={}, by=by),
        lambda: close_account(user=cast.sam.user, by=cast.sam.actor()),
    )
    if isinstance(requested, Service):
        assert ended == "services"
    assert Service.objects.filter(project=own).exists() == isinstance(requested, Service)
