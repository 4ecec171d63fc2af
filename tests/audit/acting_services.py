"""Actions on services, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from organizations.actors import Actor
from projects.actions import services as actions
from projects.models import Service
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_service

# What workers and backends say on the way is a line of the time line; what it comes to is an event.
SILENT = {"note_accepted", "note_progress", "possible_for"}


def service(cast: Cast, state: str = "running") -> Service:
    """Acme's, as it stands."""
    reason = "No room." if state == "failed" else ""
    return make_service(make_project(cast.acme), state=state, reason=reason)


def requested(cast: Cast) -> Service:
    """Asked for by Theo."""
    kind = make_kind()
    return actions.request_service(
        project=make_project(cast.acme),
        kind=kind,
        size=kind.sizes.get(key="small"),
        name="Main",
        parameters={},
        by=cast.theo.actor(cast.acme),
    )


def resize(cast: Cast) -> Service:
    one = service(cast)
    size = one.kind.sizes.get(key="large")
    return actions.resize_service(service=one, size=size, by=cast.theo.actor(cast.acme))


def give_up(cast: Cast) -> None:
    """A backend has said nothing for too long."""
    one = requested(cast)
    one.operations.update(is_ours=False, asked_at="2020-01-01T00:00Z")
    actions.sweep_operations()


def settle_by_hand(cast: Cast) -> None:
    """The backend is gone, and its deletion failed."""
    one = service(cast)
    actions.delete_service(service=one, by=cast.theo.actor(cast.acme))
    Service.objects.update(state="stopping")
    actions.declare_gone(service=one, by=Actor.system())


SERVICES: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "request_service": ("service.requested", requested),
    "start_service": (
        "service.started",
        lambda c: actions.start_service(service=service(c, "stopped"), by=c.theo.actor(c.acme)),
    ),
    "stop_service": (
        "service.stopped",
        lambda c: actions.stop_service(service=service(c), by=c.theo.actor(c.acme)),
    ),
    "resize_service": ("service.resized", resize),
    "delete_service": (
        "service.deleted",
        lambda c: actions.delete_service(service=service(c), by=c.theo.actor(c.acme)),
    ),
    "retry_service": (
        "service.retried",
        lambda c: actions.retry_service(service=service(c, "failed"), by=c.theo.actor(c.acme)),
    ),
    "declare_gone": ("service.declared_gone", settle_by_hand),
    "show_outputs": (
        "service.outputs_shown",
        lambda c: actions.show_outputs(service=service(c), by=c.theo.actor(c.acme)),
    ),
    "carry_out": ("service.settled", lambda c: actions.carry_out(requested(c).operations.get().pk)),
    "note_done": ("service.settled", lambda c: actions.note_done(requested(c).operations.get().pk, [])),
    "note_failed": ("service.settled", lambda c: actions.note_failed(requested(c).operations.get().pk, "No room.")),
    "sweep_operations": ("service.settled", give_up),
}
