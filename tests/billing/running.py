"""Services that ran, for tests: what was done with them, and when."""

from datetime import UTC, datetime

import time_machine

from organizations.models import Organization
from projects.models import Operation, Project, Service
from projects.models.operation import Verb
from projects.models.service import State
from tests.projects.making import make_project, make_service

ENDS_IN = {"create": State.RUNNING, "start": State.RUNNING, "stop": State.STOPPED, "delete": State.DELETED}


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2027, UTC."""
    return datetime(2027, 3, day, hour, minute, second, tzinfo=UTC)


def project_of(organization: Organization) -> Project:
    """The project of that organization in which its services run."""
    return Project.objects.filter(organization=organization).first() or make_project(organization)


def run_from(organization: Organization, moment: datetime, name: str = "Main database", size: str = "small") -> Service:
    """A service of that organization, 0.02 an hour unless it is large (0.08), that runs from a moment on."""
    with time_machine.travel(moment, tick=False):
        service = make_service(project_of(organization), name)
        service.size = service.kind.sizes.get(key=size)
        service.state_since = moment
        service.save()
        service.operations.update(size=service.size)
    return service


def do(service: Service, verb: str, moment: datetime, *, size: str = "", state: str = "done") -> Operation:
    """Something that was done with a service, or failed, at a moment."""
    last = service.operations.latest("number")
    if size:
        service.size = service.kind.sizes.get(key=size)
    ends_in = ENDS_IN.get(verb, last.ends_in)
    if state == "done":
        service.state, service.state_since, service.reason = ends_in, moment, ""
        service.save()
    return Operation.objects.create(
        service=service,
        number=last.number + 1,
        verb=Verb(verb),
        size=service.size,
        ends_in=ends_in,
        state=state,
        asked_at=moment,
        ended_at=moment,
    )
