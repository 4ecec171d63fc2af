"""Who may do what in one project besides what the roles say (issue: view, operate, manage, to a person or to a role).

Whoever manages a project grants in it; nobody gives, or takes away, what they do not hold there themselves, and nobody
raises what they themselves were granted (PRODUCT: *Rules for every policy*).
"""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.notifications import await_answer, settle
from audit.recording import audited, record
from console.refusal import Refused
from console.versions import check_same
from organizations.actors import Actor
from organizations.models import Membership, role_of
from organizations.policies import Role
from organizations.roles import Permission
from projects.actions.locking import lock_project
from projects.actions.standing import check_active
from projects.levels import Level
from projects.models import PersonGrant, Project, RoleGrant
from projects.models.grant import (
    GRANTED_NOTICE,
    person_grants,
    person_level,
    role_grants,
    role_level,
    set_person_level,
    set_role_level,
)

__all__ = ["grant_person", "grant_role", "revoke_person", "revoke_role"]


@audited("grant.given")
def grant_person(
    *, project: Project, membership: Membership, level: str, was: str | None = None, by: Actor
) -> PersonGrant:
    """Grant a member a level in a project, in place of what it was, and tell them behind the bell.

    ``level``: a value of Level; ``was``: the level that the actor saw, empty for none; None where nobody looked. Raises
    Refused for who is no member (any more), for more than the actor holds there, for the actor's own raise, where
    somebody was quicker, and in a project that is archived or being deleted.
    """
    project, by = _lock(project, by)
    check_active(project)
    given = _level(level, project, by)
    member = member_of(project, membership.pk)
    before = person_level(project, member.user_id)
    check_same(was, before or "")
    _check_reach(before, project, by)
    if _is_own(member, by) and not (before and given.permissions <= before.permissions):
        raise Refused(
            _("Nobody gives more to themselves. Ask somebody else who manages this project."),
            code="own-grant",
            field="level",
        )
    grant = set_person_level(project, member.user_id, given)
    if before != given:
        _record(member, project, by, before, given)
        if not _is_own(member, by):
            _tell(member, project, given, by)
    return grant


@audited("grant.given")
def grant_role(*, project: Project, role: str, level: str, was: str | None = None, by: Actor) -> RoleGrant:
    """Grant everybody with a role a level in a project, in place of what it was.

    ``role``: a `Role.key` of the organization. Nobody is told: a role may be that of thousands. Raises Refused as
    `grant_person` does, and for a role that is not there.
    """
    project, by = _lock(project, by)
    check_active(project)
    given = _level(level, project, by)
    known = _role(project, role)
    before = role_level(project, known.key)
    check_same(was, before or "")
    _check_reach(before, project, by)
    grant = set_role_level(project, known, given)
    if before != given:
        _record(known, project, by, before, given)
    return grant


@audited("grant.revoked")
def revoke_person(*, project: Project, membership: Membership, was: str | None = None, by: Actor) -> Membership:
    """Take from a member what was granted to them by name; what the role allows stays. Safe to call twice.

    Raises Refused for who is no member (any more), for more than the actor holds in the project, and where it is
    another level by now than ``was``.
    """
    project, by = _lock(project, by)
    member = member_of(project, membership.pk)
    before = person_level(project, member.user_id)
    if before:
        check_same(was, before or "")
        _check_reach(before, project, by)
        person_grants(project, member.user_id).delete()
        settle(GRANTED_NOTICE, project.pk, member.user)
        _record(member, project, by, before, None)
    return member


@audited("grant.revoked")
def revoke_role(*, project: Project, role: str, was: str | None = None, by: Actor) -> Role:
    """Take from a role what was granted to it; what people were granted by name stays. Safe to call twice.

    Raises Refused as `revoke_person` does, and for a role that is not there.
    """
    project, by = _lock(project, by)
    known = _role(project, role)
    before = role_level(project, known.key)
    if before:
        check_same(was, before or "")
        _check_reach(before, project, by)
        role_grants(project, known.key).delete()
        _record(known, project, by, before, None)
    return known


def member_of(project: Project, pk: UUID) -> Membership:
    """The member with that id of the project's organization, whose membership has not ended. Raises Refused."""
    members = project.organization.memberships.current().select_related("user", "custom_role")
    member = members.filter(pk=pk).first()
    if member is None:
        raise Refused(
            _("This person is not a member. Only members can be granted a project."), code="gone", field="membership"
        )
    member.organization = project.organization
    return member


def _lock(project: Project, by: Actor) -> tuple[Project, Actor]:
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    if project.organization.is_personal:
        raise Refused(_("A personal account has nobody to grant a project to."), code="personal")
    return project, by


def _role(project: Project, key: str) -> Role:
    try:
        return role_of(project.organization, key)
    except KeyError:
        raise Refused(_("There is no such role."), code="role", field="role") from None


def _level(value: str, project: Project, by: Actor) -> Level:
    try:
        level = Level(value)
    except ValueError:
        raise Refused(_("Choose what they may do."), code="level", field="level") from None
    if not level.permissions <= project.grantable_by(by):
        raise Refused(
            _("You can only grant what you may do in this project yourself."), code="above-own", field="level"
        )
    return level


def _check_reach(before: Level | None, project: Project, by: Actor) -> None:
    if before and not before.permissions <= project.grantable_by(by):
        raise Refused(
            _("They may do more in this project than you, so you cannot change it. Ask somebody who may do all of it."),
            code="above-own",
        )


def _is_own(member: Membership, by: Actor) -> bool:
    return not by.is_trusted and by.user_id == member.user_id


def _record(to: Membership | Role, project: Project, by: Actor, before: Level | None, after: Level | None) -> None:
    """Write down what was granted to a member, in whose log it stands, or to a role, in that of the project."""
    event = "grant.changed" if before and after else "grant.given" if after else "grant.revoked"
    what = {"project": project.slug} if isinstance(to, Membership) else {"role": to.key}
    record(
        event,
        by=by,
        organization_id=project.organization_id,
        target=to if isinstance(to, Membership) else project,
        before=({} if after else what) | {"level": before.value} if before else {},
        after=what | {"level": after.value} if after else {},
    )


def _tell(member: Membership, project: Project, level: Level, by: Actor) -> None:
    await_answer(
        [member.user],
        kind=GRANTED_NOTICE,
        target_id=project.pk,
        address=reverse("projects:project", args=[project.organization.slug, project.slug]),
        organization_id=project.organization_id,
        names={
            # Who of our staff it was is not for customers.
            "person": by.user.name if by.user and not by.is_trusted else "",
            "project": project.name,
            "organization": project.organization.name,
            "level": level.value,
        },
    )
