"""How an operation begins: its row, its line in the time line, and the wake-up of who carries it out."""

from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from console.celery import wake
from console.refusal import Refused
from organizations.actors import Actor
from projects import provisioners
from projects.actions.services.news import forget_news
from projects.actions.services.timeline import move
from projects.actions.services.verbs import BEGINS_IN
from projects.models import Operation, Service, ServiceKind, ServiceSize
from projects.models.operation import Verb
from projects.models.service import State
from projects.provisioners import Provisioner

CARRY_OUT = "projects.carry_out"


def begin(service: Service, verb: Verb, *, size: ServiceSize, ends_in: State, by: Actor) -> Operation:
    """Begin an operation on a locked service of which none is open. What leaves, leaves after the commit.

    Raises Refused where the settings no longer have the kind's provisioner.
    """
    provisioner = provisioner_of(service.kind)
    newest: int | None = service.operations.aggregate(Max("number"))["number__max"]
    operation = Operation.objects.create(
        service=service,
        number=(newest or 0) + 1,
        verb=verb,
        size=size,
        ends_in=ends_in,
        is_ours=provisioner.is_ours,
        asked_by=None if by.is_trusted else by.user,
    )
    move(service, BEGINS_IN[verb], operation, by=by)
    forget_news(service)
    provisioner.begin(operation)
    if provisioner.is_ours:
        transaction.on_commit(partial(wake, CARRY_OUT, str(operation.pk)), robust=True)
    return operation


def replace(operation: Operation) -> None:
    """End an open operation for another that takes its place: what is still said of it counts for nothing."""
    operation.state, operation.ended_at = Operation.State.REPLACED, timezone.now()
    operation.save(update_fields=["state", "ended_at"])
    provisioner_of(operation.service.kind).call_off(operation)


def provisioner_of(kind: ServiceKind) -> Provisioner:
    """Who makes services of a kind. Raises Refused where the settings no longer have it."""
    try:
        return provisioners.named(kind.provisioner)
    except KeyError:
        raise Refused(
            _("Nothing can be done with services of the kind “%s” at the moment. Our staff must put that right.")
            % kind.name,
            code="no-provisioner",
        ) from None
