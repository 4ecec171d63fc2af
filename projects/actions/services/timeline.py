"""The time line of a service: every change of its state is a row, with who or what brought it about."""

from django.utils import timezone

from organizations.actors import Actor
from projects.models import Change, Operation, Service
from projects.models.service import State

SYSTEM = Actor.system()


def move(service: Service, state: State, operation: Operation, *, reason: str = "", by: Actor = SYSTEM) -> None:
    """Bring a locked service into a state, and write that down. ``reason``: why it failed, not empty where it has."""
    if service.state != state:
        service.state_since = timezone.now()
    service.state, service.reason = state, reason
    service.save(update_fields=["state", "state_since", "reason", "size"])
    write_change(service, operation, note=reason, by=by)


def write_change(
    service: Service, operation: Operation, *, note: str = "", progress: int | None = None, by: Actor = SYSTEM
) -> None:
    """Write a line: the state in which the service is, and what was said. Staff are named by nothing but that."""
    Change.objects.create(
        service=service,
        operation=operation,
        state=service.state,
        note=note,
        progress=progress,
        by_kind=by.kind.value,
        by=None if by.is_trusted else by.user,
        by_name="" if by.user else by.label[:60],
    )
