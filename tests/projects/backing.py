"""A company's backend for tests: services of a kind that it makes, and reports that it signs."""

import json
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from outbox.models import Endpoint
from projects.actions.services import request_service
from projects.models import Operation, Project, Service, ServiceKind
from tests.cast import Cast
from tests.outbox.calling import SECRET, signed
from tests.projects.making import make_kind, make_project

_numbers = count(1)


def make_backend_kind(endpoint: Endpoint, key: str = "queue", **fields: Any) -> ServiceKind:
    """A kind that a backend makes."""
    return make_kind(key, provisioner="webhook", endpoint=endpoint, **fields)


def ask_for(
    cast: Cast, kind: ServiceKind, name: str = "Orders", project: Project | None = None, **parameters: Any
) -> Operation:
    """Theo of Acme asks for a service; the operation that makes it."""
    project = project or Project.objects.filter(slug="website").first() or make_project(cast.acme)
    service = request_service(
        project=project,
        kind=kind,
        size=kind.sizes.get(key="small"),
        name=name,
        parameters=parameters,
        by=cast.theo.actor(cast.acme),
    )
    return service.operations.get()


def as_it_is(operation: Operation) -> Operation:
    """The operation as the database has it now, with its service."""
    return Operation.objects.select_related("service", "webhook").get(pk=operation.pk)


def service_of(operation: Operation) -> Service:
    """Its service as the database has it now."""
    return as_it_is(operation).service


class Backend:
    """Signs with a secret, over HTTP, without a cookie or a key."""

    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret
        self.client = Client(enforce_csrf_checks=True)

    def report(self, operation: Any, message_id: str = "", at: float | None = None, **said: Any) -> Any:
        """Report of an operation (or its id); the answer."""
        body = json.dumps(said).encode()
        return self.send(self.path(operation) + "/reports", body, signed(self.secret, self._id(message_id), body, at))

    def send(self, path: str, body: bytes, headers: dict[str, str], content_type: str = "application/json") -> Any:
        """POST these bytes."""
        return self.client.post(path, body, content_type=content_type, headers=headers)

    def ask(self, operation: Any) -> Any:
        """Ask what is to be done."""
        return self.client.get(self.path(operation), headers=signed(self.secret, self._id(""), b""))

    def path(self, operation: Any) -> str:
        """Where the operation is."""
        return f"/api/v1/provisioning/operations/{getattr(operation, 'pk', operation)}"

    def _id(self, given: str) -> str:
        return given or f"report_{next(_numbers)}"


def said(answer: Any) -> tuple[int, Any]:
    """The status of an answer, and whether it had an effect, or the code of its problem."""
    found = answer.json()
    return answer.status_code, found["code"] if answer.status_code >= 400 else found["effect"]


def now() -> float:
    """The time in seconds since 1970."""
    return timezone.now().timestamp()
