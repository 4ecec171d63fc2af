"""What may be done with a service, from which state, with which permission: one table for actions, pages and programs.

Issue, Deliver 3: requested → provisioning → running → stopping → stopped → deleted, or failed and tried again.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.refusal import Refused
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.standing import check_active
from projects.models import Operation, Project, Service
from projects.models.operation import Verb
from projects.models.service import State

# Not an operation of its own: the last one, which failed, is asked for again.
RETRY: Final = "retry"

# A suspension withholds the former, for they cost more afterwards (organizations.suspension).
NEEDS: Final[Mapping[Verb, Permission]] = {
    Verb.CREATE: Permission.START_SERVICES,
    Verb.START: Permission.START_SERVICES,
    Verb.RESIZE: Permission.START_SERVICES,
    Verb.STOP: Permission.OPERATE_SERVICES,
    Verb.DELETE: Permission.OPERATE_SERVICES,
}

# From `FAILED` only what has been up before can be started, resized and stopped: of something else there is nothing.
FROM: Final[Mapping[Verb, frozenset[State]]] = {
    Verb.CREATE: frozenset(),
    Verb.START: frozenset({State.STOPPED, State.FAILED}),
    Verb.RESIZE: frozenset({State.RUNNING, State.STOPPED, State.FAILED}),
    Verb.STOP: frozenset({State.RUNNING, State.FAILED}),
    Verb.DELETE: frozenset(State) - {State.DELETED},
}

# The state in which a service waits until somebody has taken the operation on, and the one from then on.
BEGINS_IN: Final[Mapping[Verb, State]] = {
    Verb.CREATE: State.REQUESTED,
    Verb.START: State.PROVISIONING,
    Verb.RESIZE: State.PROVISIONING,
    Verb.STOP: State.STOPPING,
    Verb.DELETE: State.STOPPING,
}
# Where it leads; one that is resized runs or is stopped afterwards, as before.
ENDS_IN: Final[Mapping[Verb, State]] = {
    Verb.CREATE: State.RUNNING,
    Verb.START: State.RUNNING,
    Verb.STOP: State.STOPPED,
    Verb.DELETE: State.DELETED,
}
GOES_ON_IN: Final[Mapping[Verb, State]] = {**BEGINS_IN, Verb.CREATE: State.PROVISIONING}

DOING: Final[Mapping[Verb, Any]] = {
    Verb.CREATE: gettext_lazy("This service is being created."),
    Verb.START: gettext_lazy("This service is being started."),
    Verb.RESIZE: gettext_lazy("This service is being resized."),
    Verb.STOP: gettext_lazy("This service is being stopped."),
    Verb.DELETE: gettext_lazy("This service is being deleted."),
}
IMPOSSIBLE: Final[Mapping[Verb, Any]] = {
    Verb.START: gettext_lazy("This service cannot be started now: its state is “%(state)s”."),
    Verb.RESIZE: gettext_lazy("This service cannot be resized now: its state is “%(state)s”."),
    Verb.STOP: gettext_lazy("This service cannot be stopped now: its state is “%(state)s”."),
}


def possible_for(service: Service, actor: Actor) -> frozenset[str]:
    """What an actor could do with a service as it is now: values of `Verb`, and `RETRY`. Actions check again."""
    held = service.permissions_of(actor)
    last = last_operation(service)
    is_up = _is_up(service)
    found = {verb.value for verb in Verb if NEEDS[verb] in held and _is_possible(verb, service, last, is_up=is_up)}
    if last and service.state == State.FAILED:
        verb = Verb(last.verb)
        found |= {RETRY} if NEEDS[verb] in held and _is_open(verb, service.project) else set()
    return frozenset(found)


def check_possible(verb: Verb, service: Service) -> None:
    """Raise Refused where the state of a locked service does not allow ``verb``, or something else is being done."""
    if service.state == State.DELETED:
        raise Refused(_("This service is deleted."), code="gone")
    check_project(verb, service.project)
    last = last_operation(service)
    if last and last.is_open and (verb != Verb.DELETE or last.verb == Verb.DELETE):
        raise Refused(busy_sentence(last), code="busy")
    if not _is_possible(verb, service, last, is_up=_is_up(service)):
        raise Refused(IMPOSSIBLE[verb] % {"state": service.get_state_display()}, code="state")


def check_project(verb: Verb, project: Project) -> None:
    """Raise Refused where a project is archived or on its way out, and ``verb`` would bring something to life there."""
    if not _is_open(verb, project):
        check_active(project)


def last_operation(service: Service) -> Operation | None:
    """The newest operation of a service; only that one can be open."""
    return service.operations.select_related("asked_by").order_by("-number").first()


def busy_sentence(operation: Operation) -> str:
    """What is being done at this moment and who asked for it."""
    said = [str(DOING[Verb(operation.verb)])]
    if operation.asked_by:
        said.append(_("%(person)s asked for that.") % {"person": operation.asked_by})
    if operation.verb != Verb.DELETE:
        said.append(_("Wait until it is done."))
    return " ".join(said)


def _is_possible(verb: Verb, service: Service, last: Operation | None, *, is_up: bool) -> bool:
    if service.state not in FROM[verb] or not _is_open(verb, service.project):
        return False
    if verb == Verb.DELETE:
        return not (last and last.is_open and last.verb == Verb.DELETE)
    return is_up and not (last and last.is_open)


def _is_up(service: Service) -> bool:
    """Whether anything is there: of one that failed, whether any operation has ever succeeded."""
    return service.state != State.FAILED or service.operations.filter(state=Operation.State.DONE).exists()


def _is_open(verb: Verb, project: Project) -> bool:
    return project.is_active or NEEDS[verb] == Permission.OPERATE_SERVICES
