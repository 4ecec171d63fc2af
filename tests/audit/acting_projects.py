"""Actions on projects, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from django.utils import timezone

from projects.actions import projects as actions
from projects.models import Project
from tests.cast import Cast
from tests.projects.making import make_region


def project(cast: Cast) -> Project:
    """Acme's, made by Theo."""
    make_region()
    return actions.create_project(organization=cast.acme, name="Shop", by=cast.theo.actor(cast.acme))


def archived(cast: Cast) -> Project:
    """Put into the archive by him."""
    return actions.archive_project(project=project(cast), by=cast.theo.actor(cast.acme))


def deleted(cast: Cast) -> Project:
    """Deleted by him."""
    return actions.delete_project(project=project(cast), by=cast.theo.actor(cast.acme))


def end(cast: Cast) -> None:
    """Its days are over."""
    deleted(cast)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        actions.end_deleted_projects()


PROJECTS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "create_project": ("project.created", project),
    "edit_project": (
        "project.edited",
        lambda c: actions.edit_project(
            project=project(c), name="Fair", description="", visibility="restricted", tags=[], by=c.theo.actor(c.acme)
        ),
    ),
    "archive_project": ("project.archived", archived),
    "restore_project": (
        "project.restored",
        lambda c: actions.restore_project(project=archived(c), by=c.theo.actor(c.acme)),
    ),
    "delete_project": ("project.deleted", deleted),
    "recover_project": (
        "project.recovered",
        lambda c: actions.recover_project(project=deleted(c), by=c.theo.actor(c.acme)),
    ),
    "end_deleted_projects": ("project.ended", end),
}
