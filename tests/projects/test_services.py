"""What becomes of a service that people ask for, on the instant provisioner: each verb, and who may not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from projects.actions.services import (
    delete_service,
    request_service,
    resize_service,
    retry_service,
    show_outputs,
    start_service,
    stop_service,
)
from projects.models import Project, Service
from tests.cast import Cast
from tests.projects.making import make_kind, make_project

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

type Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committing(worker_here: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Committing:
    """Do something as if the transaction ended with it: the worker is woken up, in this process."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def project(cast: Cast) -> Project:
    return make_project(cast.acme)


def states(service: Service) -> list[str]:
    return list(service.changes.order_by("id").values_list("state", flat=True))


def test_it_is_requested_runs_is_stopped_started_resized_and_deleted(
    cast: Cast, project: Project, committing: Committing
) -> None:
    kind, theo = make_kind(), cast.theo.actor(cast.acme)
    with committing():
        service = request_service(
            project=project, kind=kind, size=kind.sizes.get(key="small"), name="Main", parameters={}, by=theo
        )
    assert states(service) == ["requested", "provisioning", "running"]
    with committing():
        stop_service(service=service, by=theo)
    with committing():
        start_service(service=service, by=theo)
    with committing():
        resize_service(service=service, size=kind.sizes.get(key="large"), by=theo)
    service.refresh_from_db()
    assert (service.state, service.size.key) == ("running", "large")
    found = {each.name: each.value for each in show_outputs(service=service, by=theo)}
    assert list(found) == ["host", "port", "user", "password"]
    assert {each.name: each.value for each in show_outputs(service=service, by=theo)} == {**found, "password": ""}
    with committing():
        delete_service(service=service, by=theo)
    assert states(service)[3:] == [
        "stopping",
        "stopped",
        "provisioning",
        "running",
        "provisioning",
        "running",
        "stopping",
        "deleted",
    ]
    assert not service.outputs.exists()
