"""A service is started, stopped, resized, deleted, or what failed is tried again."""

from contextlib import suppress

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.locking import check_may
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.locking import lock_service
from projects.actions.services.beginning import begin, provisioner_of, replace
from projects.actions.services.news import tell_of_replacement
from projects.actions.services.requesting import offered_size
from projects.actions.services.settling import end_by_hand
from projects.actions.services.verbs import ENDS_IN, NEEDS, busy_sentence, check_possible, check_project, last_operation
from projects.models import Service, ServiceSize
from projects.models.operation import Verb
from projects.models.service import State


@audited("service.started")
def start_service(*, service: Service, by: Actor) -> Service:
    """Start a service that is stopped. Raises Refused in another state, and while something else is being done."""
    service, by = lock_service(service, by, NEEDS[Verb.START])
    check_possible(Verb.START, service)
    return _begin("service.started", service, Verb.START, by)


@audited("service.stopped")
def stop_service(*, service: Service, by: Actor) -> Service:
    """Stop a service that runs. Raises Refused in another state, and while something else is being done."""
    service, by = lock_service(service, by, NEEDS[Verb.STOP])
    check_possible(Verb.STOP, service)
    return _begin("service.stopped", service, Verb.STOP, by)


@audited("service.resized")
def resize_service(*, service: Service, size: ServiceSize, by: Actor) -> Service:
    """Give a service another size of its kind; afterwards it runs or is stopped, as before.

    It has the size when that is done. Raises Refused for a size that is not offered or that it has, in another state,
    and while something else is being done.
    """
    service, by = lock_service(service, by, NEEDS[Verb.RESIZE])
    check_possible(Verb.RESIZE, service)
    size = offered_size(service.kind, size)
    if size.pk == service.size_id and service.state != State.FAILED:
        raise Refused(_("This service has this size already. Choose another one."), code="same", field="size")
    before = service.size.key
    ends_in = _state_after_resizing(service)
    begin(service, Verb.RESIZE, size=size, ends_in=ends_in, by=by)
    record(
        "service.resized",
        by=by,
        organization_id=service.organization_id,
        target=service,
        before={"size": before},
        after={"size": size.key},
    )
    return service


@audited("service.deleted")
def delete_service(*, service: Service, by: Actor) -> Service:
    """Delete a service, for good. It takes the place of what is being done with it, whose asker is told.

    Raises Refused where that is being done already.
    """
    service, by = lock_service(service, by, NEEDS[Verb.DELETE])
    check_possible(Verb.DELETE, service)
    last = last_operation(service)
    if last and last.is_open:
        last.service = service
        replace(last)
        _begin("service.deleted", service, Verb.DELETE, by)
        tell_of_replacement(last, by)
        return service
    return _begin("service.deleted", service, Verb.DELETE, by)


@audited("service.retried")
def retry_service(*, service: Service, by: Actor) -> Service:
    """Ask again for what failed last. Raises Refused where nothing has failed."""
    service, by = lock_service(service, by, Permission.VIEW_PROJECTS)
    last = last_operation(service)
    if last and last.is_open:
        raise Refused(busy_sentence(last), code="busy")
    if last is None or service.state != State.FAILED:
        raise Refused(_("There is nothing to try again: nothing has failed."), code="state")
    verb = Verb(last.verb)
    check_may(NEEDS[verb], service, by)
    check_project(verb, service.project)
    begin(service, verb, size=last.size, ends_in=State(last.ends_in), by=by)
    record("service.retried", by=by, organization_id=service.organization_id, target=service, after={"operation": verb})
    return service


@audited("service.declared_gone")
def declare_gone(*, service: Service, by: Actor) -> Service:
    """Settle a deletion of which the backend says nothing any more, for it is gone itself: staff have made sure.

    Else its service would keep the project, the organization and the personal account from ending. Raises Refused where
    its deletion was not asked for.
    """
    service, by = lock_service(service, by, NEEDS[Verb.DELETE])
    last = last_operation(service)
    if last is None or last.verb != Verb.DELETE or service.state == State.DELETED:
        raise Refused(_("Nobody has asked for its deletion."), code="state")
    last.service = service
    with suppress(Refused):
        # Of a kind that nobody makes any more there is no call.
        provisioner_of(service.kind).call_off(last)
    end_by_hand(last, by)
    record("service.declared_gone", by=by, organization_id=service.organization_id, target=service)
    return service


def _begin(event: str, service: Service, verb: Verb, by: Actor) -> Service:
    before = service.state
    begin(service, verb, size=service.size, ends_in=ENDS_IN[verb], by=by)
    record(event, by=by, organization_id=service.organization_id, target=service, before={"state": before})
    return service


def _state_after_resizing(service: Service) -> State:
    """As it is; of one that failed while it was resized: as it was to be then."""
    if service.state != State.FAILED:
        return State(service.state)
    last = last_operation(service)
    return State(last.ends_in) if last and last.verb == Verb.RESIZE else State.RUNNING
