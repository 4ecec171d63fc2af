"""The end of projects that were deleted: what runs there stops, is deleted at its backends, and then the row goes.

Everything that there is to do stands in the rows: a worker that is killed has done some of it, and the next one does
the rest.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.recording import record
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization
from projects import provisioners, signals
from projects.actions.services import delete_service, stop_service
from projects.models import Operation, Project, Service
from projects.models.operation import Verb
from projects.models.project import State
from projects.models.service import ServiceQuerySet
from projects.models.service import State as ServiceState

log = logging.getLogger(__name__)

# Projects in one run, services in one transaction, and such transactions for one project in one run; the next goes on.
BATCH = 50
SERVICES = 20
ROUNDS = 50
# What a backend could not stop or delete, it is asked again after this time.
ASK_AGAIN = timedelta(hours=6)


def end_deleted_projects() -> int:
    """Go on with every project that is being deleted. Returns how many are gone for good now.

    Until the seven days are over, what came to run nevertheless is stopped; then services are deleted at their
    backends, and when none is there any more, the project goes with all that is known of it.
    """
    deleting = Project.objects.filter(state=State.DELETING)
    running = _running().filter(project__in=deleting.filter(ends_at__gt=timezone.now()))
    for pk in running.order_by("project").values_list("project", flat=True).distinct()[:BATCH]:
        _repeat(_stop, pk)
    # Those in which nothing can be done now, for nothing is heard of what was asked, keep no others waiting.
    empty = ~Exists(Service.objects.present().filter(project=OuterRef("pk")))
    due = deleting.filter(empty | Exists(_deletable().filter(project=OuterRef("pk"))), ends_at__lte=timezone.now())
    over = list(due.order_by("ends_at", "id").values_list("pk", flat=True)[:BATCH])
    for pk in over:
        _repeat(_delete_services, pk)
    return sum(_try_to_end(pk) for pk in over)


def stop_services(project: Project) -> bool:
    """Stop some of what runs in a locked project that is being deleted; whether there is more.

    What is on its way there is stopped when it has arrived.
    """
    return _ask_for_some(_running().filter(project=project), stop_service)


def _repeat(step: Callable[[UUID], bool], pk: UUID) -> None:
    """Take a step, each in a transaction of its own, as long as it says that there is more to do."""
    for _round in range(ROUNDS):
        if not step(pk):
            return


@transaction.atomic
def _stop(pk: UUID) -> bool:
    project = _lock(pk)
    return project is not None and stop_services(project)


@transaction.atomic
def _delete_services(pk: UUID) -> bool:
    """Ask for the deletion of some services of which nobody has asked it lately; whether there are more."""
    project = _lock(pk)
    if project is None or not _is_over(project):
        return False
    return _ask_for_some(_deletable().filter(project=project), delete_service)


def _ask_for_some(found: ServiceQuerySet, action: Callable[..., Service]) -> bool:
    """Ask for some of these services; whether there are more."""
    services = list(found.order_by("id")[: SERVICES + 1])
    for service in services[:SERVICES]:
        with suppress(Refused):
            action(service=service, by=Actor.system())
    return len(services) > SERVICES


def _running() -> ServiceQuerySet:
    """What runs, and what failed while it was there and may run, unless that was asked to stop lately."""
    may_run = Q(state=ServiceState.FAILED) & ~Exists(_asked_lately(Verb.STOP))
    return _askable().busy().filter(Q(state=ServiceState.RUNNING) | may_run)


def _deletable() -> ServiceQuerySet:
    """What is there, and whose deletion is neither being done nor was asked for lately."""
    return _askable().present().exclude(Exists(_asked_lately(Verb.DELETE)))


def _asked_lately(verb: Verb) -> QuerySet[Operation]:
    """What was asked of a service (of the query around) and is open, or not old enough to be asked again."""
    asked = Operation.objects.filter(service=OuterRef("pk"), verb=verb)
    return asked.filter(Q(state=Operation.State.OPEN) | Q(asked_at__gt=timezone.now() - ASK_AGAIN))


def _askable() -> ServiceQuerySet:
    """Services that somebody makes: where the settings lost a provisioner, each run would be refused, and say so."""
    return Service.objects.filter(kind__provisioner__in=provisioners.keys())


def _try_to_end(pk: UUID) -> bool:
    """Take the project away if nothing is in it any more; one that an app above keeps from it keeps no others."""
    try:
        return _end(pk)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the project stays as it was, and is tried again
        # Not its text: it may hold names that people gave.
        log.error("A project could not be ended (%s).", type(error).__name__, extra={"project_id": pk})  # noqa: TRY400
        return False


@transaction.atomic
def _end(pk: UUID) -> bool:
    """Take the project away if nothing is in it any more; whether it is gone."""
    project = _lock(pk)
    if project is None or not _is_over(project) or project.services.present().exists():
        return False
    record("project.ended", by=Actor.system(), organization_id=project.organization_id, target=project)
    signals.ending.send(sender=Project, organization=project.organization, projects=[project])
    # The row stays known by its key, for the event.
    Project.objects.filter(pk=project.pk).delete()
    return True


def _is_over(project: Project) -> bool:
    return project.ends_at is not None and project.ends_at <= timezone.now()


def _lock(pk: UUID) -> Project | None:
    """A project that is being deleted, with its organization locked: who undoes the deletion waits, or was first."""
    found = Project.objects.filter(pk=pk).values_list("organization", flat=True).first()
    if found is None:
        return None
    organization = Organization.objects.lock(found)
    project = Project.objects.filter(pk=pk, state=State.DELETING).first()
    if project is not None:
        project.organization = organization
    return project
