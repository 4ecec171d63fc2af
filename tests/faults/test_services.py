"""A worker that is killed while it makes a service: the next one goes on, and nothing is made twice."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings

from projects.actions import services
from projects.models import Operation
from tests.cast import make_person, make_team
from tests.faults.stalling import KIND, STALLING
from tests.fixtures.processes import Processes
from tests.harness.servers import wait_until
from tests.projects.making import make_kind, make_project

pytestmark = [pytest.mark.waits, pytest.mark.e2e, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_a_service_comes_up_although_its_worker_was_killed(
    processes: Processes, redis_url: str, use_redis: Callable[[str], None], settings: Settings
) -> None:
    use_redis(redis_url)
    processes.environment["PROVISIONERS"] = f"{KIND}={STALLING}"
    doomed = processes.start_worker()
    # Here it does not stall: this process stands for the next worker.
    settings.PROVISIONERS = {**settings.PROVISIONERS, KIND: settings.PROVISIONERS["instant"]}
    olivia = make_person("olivia.owner@example.com")
    acme = make_team("Acme", olivia)
    kind = make_kind(provisioner=KIND)
    service = services.request_service(
        project=make_project(acme),
        kind=kind,
        size=kind.sizes.get(key="small"),
        name="Main",
        parameters={},
        by=olivia.actor(acme),
    )
    assert wait_until(lambda: Operation.objects.filter(accepted_at__isnull=False).exists(), 20)
    doomed.kill()
    # Its claim holds for 25 seconds more: nobody else takes it.
    operation = Operation.objects.get()
    assert operation.claimed_until is not None
    assert not services.carry_out(operation.pk)
    Operation.objects.update(claimed_until=timezone.now())
    assert services.carry_out(operation.pk)
    service.refresh_from_db()
    assert service.state == "running"
    assert list(service.changes.order_by("id").values_list("state", flat=True)) == [
        "requested",
        "provisioning",
        "running",
    ]


def test_without_redis_it_waits_for_the_sweep(use_redis: Callable[[str], None]) -> None:
    use_redis("redis://127.0.0.1:1/0")
    olivia = make_person("olivia.owner@example.com")
    acme = make_team("Acme", olivia)
    kind = make_kind()
    size = kind.sizes.get(key="small")
    project, by = make_project(acme), olivia.actor(acme)
    service = services.request_service(project=project, kind=kind, size=size, name="Main", parameters={}, by=by)
    assert list(Operation.objects.due()) == list(service.operations.all())
