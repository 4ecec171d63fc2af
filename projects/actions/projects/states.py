"""A project comes and goes: into the archive and back, deleted and, for seven days, back again (issue)."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from console.text import one_line
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.locking import lock_project
from projects.actions.projects.ending import stop_services
from projects.actions.standing import check_staying
from projects.models import Project
from projects.models.project import State

# How long a deletion can be undone (issue: 7 days to undo).
UNDO_FOR = timedelta(days=7)
# So many services are named by a refusal.
NAMED = 5


@audited("project.archived")
def archive_project(*, project: Project, by: Actor) -> Project:
    """Put a project into the archive: everything in it can be read, and nothing changed.

    Raises Refused while something runs in it.
    """
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    check_staying(project)
    if project.state == State.ARCHIVED:
        raise Refused(_("%s is in the archive already.") % project.name, code="archived")
    _check_idle(project)
    project.state, project.archived_at = State.ARCHIVED, timezone.now()
    project.save(update_fields=["state", "archived_at", "changed_at"])
    record("project.archived", by=by, organization_id=project.organization_id, target=project)
    return project


@audited("project.restored")
def restore_project(*, project: Project, by: Actor) -> Project:
    """Bring a project back from the archive. Raises Refused."""
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    check_staying(project)
    if project.state != State.ARCHIVED:
        raise Refused(_("%s is not in the archive.") % project.name, code="not-archived")
    project.state, project.archived_at = State.ACTIVE, None
    project.save(update_fields=["state", "archived_at", "changed_at"])
    record("project.restored", by=by, organization_id=project.organization_id, target=project)
    return project


@audited("project.deleted")
def delete_project(*, project: Project, name: str | None = None, by: Actor) -> Project:
    """Delete a project: what runs in it stops at once, and all of it is gone for good in seven days.

    ``name``: what was typed to be sure, the project's own; None: a program says what it means by its address. Raises
    Refused.
    """
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    if project.state == State.DELETING:
        raise Refused(_("%s is being deleted already.") % project.name, code="deleting")
    if name is not None and one_line(name) != project.name:
        raise Refused(_("Type the name of the project, %s.") % project.name, code="name", field="name")
    project.state, project.ends_at = State.DELETING, timezone.now() + UNDO_FOR
    project.save(update_fields=["state", "ends_at", "changed_at"])
    record(
        "project.deleted",
        by=by,
        organization_id=project.organization_id,
        target=project,
        after={"ends_at": project.ends_at.isoformat()},
    )
    if stop_services(project):
        transaction.on_commit(partial(wake, "projects.end_deleted"))
    return project


@audited("project.recovered")
def recover_project(*, project: Project, by: Actor) -> Project:
    """Undo a deletion within its seven days: the project is what it was, its services stay stopped. Raises Refused."""
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    if project.ends_at is None:
        raise Refused(_("%s is not being deleted.") % project.name, code="not-deleting")
    if project.ends_at <= timezone.now():
        raise Refused(_("The time to undo the deletion of %s is over.") % project.name, code="over")
    project.state, project.ends_at = State.ARCHIVED if project.archived_at else State.ACTIVE, None
    project.save(update_fields=["state", "ends_at", "changed_at"])
    record(
        "project.recovered",
        by=by,
        organization_id=project.organization_id,
        target=project,
        after={"state": project.state},
    )
    return project


def busy_services(project: Project) -> list[str]:
    """The names of what runs there, or may (`ServiceQuerySet.busy`): the first few, and an ellipsis for the others."""
    busy = project.services.busy().order_by("name").values_list("name", flat=True)[: NAMED + 1]
    return [*busy[:NAMED], *("…" for _more in busy[NAMED:])]


def _check_idle(project: Project) -> None:
    busy = busy_services(project)
    if busy:
        raise Refused(
            _("Something still runs in %(project)s: %(services)s. Stop it first.")
            % {"project": project.name, "services": ", ".join(busy)},
            code="running",
        )
