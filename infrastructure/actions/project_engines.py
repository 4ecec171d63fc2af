"""Which storage engine a project keeps its data in: one that was chosen for it, or else the organization's default."""

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from infrastructure.models import ProjectEngine, StorageEngine
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.locking import lock_project
from projects.actions.standing import check_active
from projects.models import Project


@audited("engine.linked")
def link_engine(*, project: Project, engine: StorageEngine, by: Actor) -> ProjectEngine:
    """Let a project keep its data in an engine of its organization. What is in another one is not moved.

    The lock is the organization's, as that of `remove_engine`: an engine that is being removed takes no project any
    more. Raises Refused for an engine that is gone, and for a project in which nothing may be changed.
    """
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    check_active(project)
    found = StorageEngine.objects.filter(pk=engine.pk, organization=project.organization).first()
    if found is None:
        raise Refused(_("Somebody has removed this storage engine meanwhile."), code="gone", field="engine")
    link = ProjectEngine.objects.filter(project=project).first()
    if link and link.engine_id == found.pk:
        return link
    before = {"engine": str(link.engine_id)} if link else {}
    link = link or ProjectEngine(project=project)
    link.engine = found
    link.save()
    record(
        "engine.linked",
        by=by,
        organization_id=project.organization_id,
        target=project,
        before=before,
        after={"engine": str(found.pk)},
        texts={"engine": ("", found.name)},
    )
    return link


@audited("engine.unlinked")
def unlink_engine(*, project: Project, by: Actor) -> Project:
    """Let a project use the organization's default again. Raises Refused where nothing may be changed in it."""
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    check_active(project)
    link = ProjectEngine.objects.filter(project=project).first()
    if link is None:
        return project
    before = str(link.engine_id)
    link.delete()
    record("engine.unlinked", by=by, organization_id=project.organization_id, target=project, before={"engine": before})
    return project


def choose_engine(*, project: Project, engine: str, by: Actor) -> Project:
    """Link a project to the engine of that id, or unlink it where ``engine`` is empty. Raises Refused."""
    if not engine:
        return unlink_engine(project=project, by=by)
    link_engine(project=project, engine=StorageEngine(pk=engine), by=by)
    return project


def engine_of(project: Project) -> StorageEngine | None:
    """The engine that a project keeps its data in: that which was chosen for it, or else the default; None without."""
    engines = StorageEngine.objects.filter(organization=project.organization_id)
    return engines.filter(links__project=project).first() or engines.filter(is_default=True).first()
