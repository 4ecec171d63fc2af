"""Makes the demo's projects and services, with the actions that pages use, and lets them be as old as they are said."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from organizations.actors import Actor
from organizations.demo.scene import address_of
from organizations.demo.situations import member
from organizations.models import Membership
from organizations.models.organization import Kind
from outbox.models import Webhook
from projects.actions.grants import grant_person, grant_role
from projects.actions.projects import archive_project, create_project, delete_project
from projects.actions.services import (
    delete_service,
    note_accepted,
    note_done,
    note_failed,
    note_progress,
    request_service,
    stop_service,
)
from projects.demo.scene import DemoProject, DemoService
from projects.models import Change, Operation, PersonGrant, Project, Service, ServiceKind
from projects.models.project import State as ProjectState
from projects.models.service import State
from projects.provisioners import named

# How long ago the newest of it was asked for.
LATELY = timedelta(minutes=8)

type Outcome = Callable[[Service, DemoService, Actor], None]


def build_project(one: DemoProject) -> Project:
    """Make a project, what runs there, and what became of it, in the caller's transaction."""
    membership = _membership(one)
    by = Actor.member(membership) if not membership.organization.suspended_for else Actor.system()
    project = create_project(
        organization=membership.organization,
        name=one.name,
        description=one.description,
        region=one.region,
        visibility=one.visibility,
        tags=one.tags,
        by=by,
    )
    for service in one.services:
        _build_service(project, service, by)
    for name, level in one.people.items():
        grant_person(project=project, membership=member(project.organization, name), level=level, by=by)
    for role, level in one.roles.items():
        grant_role(project=project, role=role, level=level, by=by)
    if one.state == ProjectState.ARCHIVED:
        archive_project(project=project, by=by)
    elif one.state == ProjectState.DELETING:
        delete_project(project=project, name=project.name, by=by)
        _settle_all(project)
    _age(project, one.days)
    return project


def _membership(one: DemoProject) -> Membership:
    mine = Membership.objects.select_related("user", "organization", "custom_role")
    return mine.get(
        user__email=address_of(one.by),
        organization__slug=one.organization,
        organization__kind=Kind.PERSONAL if one.organization == "personal" else Kind.TEAM,
    )


def _build_service(project: Project, one: DemoService, by: Actor) -> None:
    kind = ServiceKind.objects.get(key=one.kind)
    size = kind.sizes.get(key=one.size)
    service = request_service(project=project, kind=kind, size=size, name=one.name, parameters=one.parameters, by=by)
    OUTCOMES[one.state](service, one, by)
    _age_service(service, one.days)


def _waits(service: Service, one: DemoService, by: Actor) -> None:
    """Nobody has taken it on yet."""


def _is_under_way(service: Service, one: DemoService, by: Actor) -> None:
    operation = _open(service)
    # Its backend is off and was never called; it looks as if it had been.
    Webhook.objects.filter(operation=operation).update(state=Webhook.State.SENT, sent_at=timezone.now(), body="")
    note_accepted(operation.pk)
    note_progress(operation.pk, progress=one.progress // 2, message="Nodes are being started.")
    note_progress(operation.pk, progress=one.progress, message=one.note)


def _runs(service: Service, one: DemoService, by: Actor) -> None:
    _settle(_open(service))


def _stops(service: Service, one: DemoService, by: Actor) -> None:
    _runs(service, one, by)
    stop_service(service=service, by=by)
    note_accepted(_open(service).pk)


def _is_stopped(service: Service, one: DemoService, by: Actor) -> None:
    _runs(service, one, by)
    stop_service(service=service, by=by)
    _settle(_open(service))


def _is_deleted(service: Service, one: DemoService, by: Actor) -> None:
    _runs(service, one, by)
    delete_service(service=service, by=by)
    _settle(_open(service))


def _has_failed(service: Service, one: DemoService, by: Actor) -> None:
    operation = _open(service)
    note_accepted(operation.pk)
    note_failed(operation.pk, one.reason)


OUTCOMES: Mapping[State, Outcome] = {
    State.REQUESTED: _waits,
    State.PROVISIONING: _is_under_way,
    State.RUNNING: _runs,
    State.STOPPING: _stops,
    State.STOPPED: _is_stopped,
    State.DELETED: _is_deleted,
    State.FAILED: _has_failed,
}


def _open(service: Service) -> Operation:
    return Operation.objects.select_related("service__kind").get(service=service, state=Operation.State.OPEN)


def _settle(operation: Operation) -> None:
    """As the worker does it, or as the backend reports it."""
    note_accepted(operation.pk)
    provisioner = named(operation.service.kind.provisioner)
    note_done(operation.pk, provisioner.carry_out(operation).outputs if provisioner.is_ours else ())


def _settle_all(project: Project) -> None:
    for service in project.services.filter(operations__state=Operation.State.OPEN):
        _settle(_open(service))


def _age(project: Project, days: int) -> None:
    """Projects are made and changed on different days; what was asked for at last was asked for some hours ago."""
    made = timezone.now() - timedelta(days=days)
    changed = timezone.now() - timedelta(hours=days, minutes=7)
    Project.objects.filter(pk=project.pk).update(created_at=made, changed_at=changed)
    PersonGrant._default_manager.filter(content_object=project.pk).update(granted_at=made)
    Project.objects.filter(pk=project.pk, state=ProjectState.ARCHIVED).update(archived_at=changed)
    Project.objects.filter(pk=project.pk, state=ProjectState.DELETING).update(ends_at=F("ends_at") - timedelta(days=2))


def _age_service(service: Service, days: int) -> None:
    """Each operation of a service is half as long ago as the one before; none ends later than now."""
    begun = timezone.now() - LATELY
    Service.objects.filter(pk=service.pk).update(created_at=begun - timedelta(days=days))
    for number, operation in enumerate(service.operations.order_by("number")):
        asked = begun - timedelta(days=days) / 2**number
        ended = asked + timedelta(minutes=4) if operation.ended_at else None
        heard = asked + timedelta(minutes=1) if operation.heard_at else None
        Operation.objects.filter(pk=operation.pk).update(
            asked_at=asked, accepted_at=heard, heard_at=heard, ended_at=ended
        )
        for minute, change in enumerate(operation.changes.order_by("id")):
            at = asked + timedelta(minutes=minute)
            Change.objects.filter(pk=change.pk).update(at=at)
            Service.objects.filter(pk=service.pk).update(state_since=at)
