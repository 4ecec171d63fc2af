"""The roles that an organization makes itself (PRODUCT: *custom roles*).

Nobody gives a permission that they do not hold: so nobody makes, changes or deletes a role that may do more than they.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import RestrictedError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from console.text import look
from console.versions import check_same
from organizations import policies
from organizations.actions.api_keys.ending import makers_with, tell_of_lost_keys
from organizations.actions.deciders import bring_in_line
from organizations.actions.invitations import revoke_invitations_of
from organizations.actions.limits import check_room_for_role
from organizations.actions.locking import lock
from organizations.actions.rules import assignable
from organizations.actors import Actor
from organizations.models import CustomRole, Membership, Organization
from organizations.models.role import ROLE_NAME_LENGTH, is_named, role_holders
from organizations.policies import Role
from organizations.roles import FOUNDERS_ONLY, Permission, with_needed

# A table of who may do what has a column for each.
MOST_ROLES = 50


@audited("role.created")
def create_role(*, organization: Organization, name: str, permissions: Iterable[str], by: Actor) -> CustomRole:
    """Make a role of this name that may do ``permissions`` (their values), and what these need (`roles.with_needed`).

    Raises Refused for a name that is taken or a built-in role's, for a permission that the actor does not hold, and
    for more roles than an organization may have.
    """
    organization, by = lock(organization.pk, by, Permission.MANAGE_ROLES)
    if organization.is_personal:
        raise Refused(_("A personal account has nobody to give a role to."), code="personal")
    if organization.custom_roles.count() >= MOST_ROLES:
        raise Refused(
            ngettext(
                "An organization can make %d role of its own. Delete one first.",
                "An organization can make %d roles of its own. Delete one first.",
                MOST_ROLES,
            )
            % MOST_ROLES,
            code="too-many",
        )
    check_room_for_role(organization)
    role = CustomRole(organization=organization, name=_clean_name(name, organization), created_by=by.user)
    role.permissions = _holdable(permissions, by)
    role.save()
    record(
        "role.created",
        by=by,
        organization_id=organization.pk,
        target=role,
        after={"permissions": sorted(role.permissions)},
    )
    return role


@audited("role.edited")
def edit_role(*, role: CustomRole, name: str, permissions: Iterable[str], version: str = "", by: Actor) -> CustomRole:
    """Call a role this and let it do these things; whoever has it may do them, and no others, from now on.

    ``version``: of the role that the form showed (`CustomRole.version`), so that nobody undoes unseen what another has
    just changed. What people with the role have offered to others and could not offer now is taken back. Raises Refused
    as `create_role` does, for a role that may do more than the actor, and for the actor's own where the policy lets
    nobody change theirs.
    """
    role, by = _lock(role, by)
    check_same(version or None, role.version)
    _check_reach(role, by)
    before, former, was = role.permissions, role.name, role.as_role
    role.name = _clean_name(name, role.organization, besides=role)
    role.permissions = _holdable(permissions, by)
    if role.permissions != before:
        _check_own(role, by)
    if (role.name, role.permissions) == (former, before):
        return role
    role.save(update_fields=["name", "permissions"])
    record(
        "role.edited",
        by=by,
        organization_id=role.organization_id,
        target=role,
        before={"permissions": sorted(before)},
        after={"permissions": sorted(role.permissions)},
        texts={"name": (former, role.name)} if role.name != former else {},
    )
    _take_back_offers(role, by, beyond=role.as_role)
    bring_in_line(role.organization)
    tell_of_lost_keys(makers_with(role), was, role.as_role)
    return role


@audited("role.deleted")
def delete_role(*, role: CustomRole, replacement: str = "", by: Actor) -> CustomRole:
    """Delete a role. Whoever has it, is invited with it or would join with it gets ``replacement`` (`Role.key`).

    The replacement may be left out where nobody and nothing names the role; it is never the founder's, which is given
    to one person at a time. Raises Refused as `edit_role` does, and for a replacement that the actor may not give.
    """
    role, by = _lock(role, by)
    _check_reach(role, by)
    new = _replacement(replacement, role, by) if replacement or is_named(role) else None
    if new is not None:
        if new.permissions != role.permissions:
            _check_own(role, by)
        _take_back_offers(role, by, beyond=new)
        makers = list(makers_with(role))
        for model in role_holders():
            rows = model._default_manager.filter(custom_role=role)
            rows.update(**model.columns_for(new, policies.current()))
        bring_in_line(role.organization)
        tell_of_lost_keys(makers, role.as_role, new)
    record(
        "role.deleted",
        by=by,
        organization_id=role.organization_id,
        target=role,
        before={"permissions": sorted(role.permissions)},
        after={"replacement": new.key} if new else {},
    )
    try:
        # The row stays known by its key, for the event and for whoever called.
        CustomRole.objects.filter(pk=role.pk).delete()
    except RestrictedError:
        raise Refused(_("Somebody was given this role at this moment. Try again."), code="busy") from None
    return role


def _lock(role: CustomRole, by: Actor) -> tuple[CustomRole, Actor]:
    """The role and the actor as they are now, with the organization locked."""
    organization, by = lock(role.organization_id, by, Permission.MANAGE_ROLES)
    try:
        fresh = organization.custom_roles.get(pk=role.pk)
    except CustomRole.DoesNotExist:
        raise Refused(_("Somebody has deleted this role meanwhile."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _check_reach(role: CustomRole, by: Actor) -> None:
    if by.covers(role.as_role):
        return
    if by.key:
        raise Refused(_("This role may do more than this API key, so the key cannot change it."), code="above-own-role")
    raise Refused(
        _("This role may do more than yours, so you cannot change it. Ask somebody who may do all of it."),
        code="above-own-role",
    )


def _check_own(role: CustomRole, by: Actor) -> None:
    """Whoever changes the role that they have changes what they may do (PRODUCT: *own role*)."""
    is_own = by.membership is not None and by.membership.custom_role_id == role.pk
    if is_own and not policies.current().may_lower_own_role:
        raise Refused(_("This is your own role. Ask somebody else to change it."), code="own-role")


def _holdable(permissions: Iterable[str], by: Actor) -> frozenset[Permission]:
    """These permissions, if there are such and the actor holds each."""
    try:
        asked = with_needed(Permission(name) for name in permissions)
    except ValueError:
        raise Refused(_("There is no such permission."), code="permission", field="permissions") from None
    if by.holds(asked) and not asked & FOUNDERS_ONLY:
        return asked
    sentence = (
        _("An API key can only choose what it may do.")
        if by.key
        else _("You can only choose what your own role may do.")
    )
    raise Refused(sentence, code="above-own-role", field="permissions")


def _clean_name(name: str, organization: Organization, besides: CustomRole | None = None) -> str:
    """A name that can be read and that no other role here has, built in or not, in any language."""
    cleaned = clean_name(name, ROLE_NAME_LENGTH)
    if look(cleaned) in _built_in_names():
        raise Refused(_("A built-in role has this name. Choose another one."), code="name-built-in", field="name")
    others = {look(role.name) for role in organization.custom_roles.all() if role != besides}
    if look(cleaned) in others:
        raise Refused(_("Another role has this name. Choose another one."), code="name-taken", field="name")
    return cleaned


def _built_in_names() -> set[str]:
    """What the built-in roles are called in each language: a role that reads as one would deceive."""
    names = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names |= {look(str(role.label)) for role in policies.current().roles}
    return names


def _replacement(key: str, role: CustomRole, by: Actor) -> Role:
    if not key:
        raise Refused(_("Choose which role its people get instead."), code="replacement-missing", field="replacement")
    try:
        new = assignable(key, role.organization, by)
    except Refused as refusal:
        raise Refused(refusal.message, code=refusal.code or "", field="replacement") from None
    if new.key in {str(role.pk), policies.current().founder.key}:
        raise Refused(_("Choose another role."), code="replacement", field="replacement")
    return new


def _take_back_offers(role: CustomRole, by: Actor, beyond: Role) -> None:
    """Revoke what people with the role have offered and could not offer with ``beyond``, as `change_role` does."""
    inviters = role.organization.invitations.filter(state="pending").values("invited_by")
    for member in Membership.objects.filter(custom_role=role, user__in=inviters).select_related("organization"):
        revoke_invitations_of(member, by, beyond=beyond)
