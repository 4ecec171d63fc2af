"""What follows from a change of a project: its tags as rows, and that whoever made the change still gets in."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actors import Actor
from organizations.roles import Permission
from projects.levels import Level
from projects.models import Project, Tag
from projects.models.grant import set_person_level


def write_tags(project: Project, tags: Collection[str]) -> None:
    """Give the project these tags and no others."""
    project.tags.exclude(name__in=tags).delete()
    Tag.objects.bulk_create([Tag(project=project, name=name) for name in tags], ignore_conflicts=True)


def check_in_sight(project: Project, by: Actor) -> None:
    """Refuse an organization's key what it would never see again: it is nobody's, and is granted nothing.

    Raises Refused, at the field ``visibility``.
    """
    if by.is_trusted or by.membership or by.can(Permission.VIEW_PROJECTS, project):
        return
    raise Refused(
        _("This API key could not see the project any more: it belongs to nobody who could be granted it."),
        code="out-of-sight",
        field="visibility",
    )


def check_restricting(project: Project, by: Actor) -> None:
    """Refuse whoever could manage the project afterwards only by a grant of more than they may do there.

    `keep_in` would raise them (PRODUCT: *Rules for every policy*). To be asked while the organization still sees the
    project. Raises Refused, at the field ``visibility``.
    """
    if by.membership is None:
        return
    person = Actor.member(by.membership)
    stays = person.holds(frozenset({Permission.MANAGE_RESTRICTED_PROJECTS}))
    if stays or Level.MANAGE.permissions <= project.grantable_by(person):
        return
    raise Refused(
        _("You could not manage this project any more. Ask somebody who may do everything in it to restrict it."),
        code="above-own",
        field="visibility",
    )


def grant_maker(project: Project, by: Actor) -> None:
    """Grant *manage* to whoever made the project: also where the role lets them manage it, if it is restricted.

    For the role may change, and the project would be out of the sight of who knows what it is.
    """
    if by.membership and (project.is_restricted or not _manages(project, by)):
        set_person_level(project, by.membership.user_id, Level.MANAGE)


def keep_in(project: Project, by: Actor) -> None:
    """Grant *manage* to whoever has just restricted the project and could not manage it otherwise."""
    if by.membership and not _manages(project, by):
        set_person_level(project, by.membership.user_id, Level.MANAGE)


def _manages(project: Project, by: Actor) -> bool:
    """Whether the person can manage it, whatever the key leaves of that with which they act."""
    return by.membership is not None and Actor.member(by.membership).can(Permission.MANAGE_PROJECTS, project)
