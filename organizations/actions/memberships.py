"""Changing who is in an organization, and as what."""

from django.utils.translation import gettext as _

from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from organizations import policies, signals
from organizations.actions.invitations import revoke_invitations_of
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters import memberships as letters
from organizations.models import Membership, Organization, role_of
from organizations.policies import Role
from organizations.roles import Permission


@audited("membership.role_changed")
def change_role(*, membership: Membership, role: str, by: Actor) -> Membership:
    """Give a member another role, and tell them.

    Raises Refused where the actor does not hold all that the old and the new role may do, raises their own role, or
    would leave a team without its founder role (PRODUCT: *Rules for every policy*).
    """
    is_own = by.user_id == membership.user_id and not by.is_trusted
    # Stepping down needs no permission.
    membership, by = _lock(membership, by, None if is_own else Permission.CHANGE_ROLES)
    old, new = membership.held_role, _role(membership.organization, role)
    if old == new:
        return membership
    if is_own and not (policies.current().may_lower_own_role and old.covers(new)):
        raise Refused(_("You cannot change your own role this way. Ask somebody else."), code="own-role", field="role")
    if not by.covers(old):
        raise Refused(
            _("%(name)s may do more than you. Ask somebody with the role %(role)s.")
            % {"name": membership.user.name, "role": old.label},
            code="above-own-role",
            field="role",
        )
    if not by.covers(new):
        raise Refused(
            _("You can only give a role that may do no more than yours."), code="above-own-role", field="role"
        )
    _keep_a_founder(membership)
    membership.give(new)
    membership.save(update_fields=["role", "custom_role", "rank"])
    record(
        "membership.role_changed",
        by=by,
        organization_id=membership.organization_id,
        target=membership,
        before={"role": old.key},
        after={"role": new.key},
    )
    revoke_invitations_of(membership, by, beyond=new)
    if not is_own:
        letters.send_role_changed(membership)
    return membership


@audited("membership.removed")
def remove_member(*, membership: Membership, by: Actor) -> None:
    """Take a member out of an organization, and tell them. All that depends on the membership ends with it.

    Raises Refused as `change_role` does.
    """
    membership, by = _lock(membership, by, Permission.REMOVE_MEMBERS)
    if by.user_id == membership.user_id and not by.is_trusted:
        raise Refused(_("You cannot remove yourself. Leave the organization instead."), code="own-membership")
    if not by.covers(membership.held_role):
        raise Refused(
            _("%(name)s may do more than you. Ask somebody with the role %(role)s.")
            % {"name": membership.user.name, "role": membership.held_role.label},
            code="above-own-role",
        )
    _keep_a_founder(membership)
    revoke_invitations_of(membership, by)
    end_membership(membership, "membership.removed", by)
    letters.send_removed(membership)


@audited("membership.left")
def leave_organization(*, membership: Membership, by: Actor) -> None:
    """End one's own membership. Raises Refused for somebody else's, a personal account, and the last founder."""
    if by.user_id != membership.user_id:
        raise Refused(_("You can only leave for yourself."), code="not-own")
    membership, by = _lock(membership, by)
    if membership.organization.is_personal:
        raise Refused(_("Your personal account ends only with your account."), code="personal")
    _keep_a_founder(membership)
    end_membership(membership, "membership.left", by)


def end_membership(membership: Membership, event: str, by: actors.Actor) -> None:
    """Delete a membership, with all that depends on it, and record the ``event``, in the caller's lock."""
    signals.membership_ended.send(sender=Membership, membership=membership)
    organization = membership.organization
    Membership.objects.filter(pk=membership.pk).delete()
    membership.organization = organization
    # The membership is gone; only the event still says whose it was.
    record(
        event,
        by=by,
        organization_id=membership.organization_id,
        target=membership,
        before={"user": membership.user_id, "role": membership.role_key},
    )


def _lock(membership: Membership, by: Actor, needs: Permission | None = None) -> tuple[Membership, Actor]:
    """The membership and the actor as they are now, with the organization locked."""
    organization, by = lock(membership.organization_id, by, needs)
    try:
        fresh = organization.memberships.select_related("user", "custom_role").get(pk=membership.pk)
    except Membership.DoesNotExist:
        raise Refused(_("This person is no longer a member."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _role(organization: Organization, key: str) -> Role:
    try:
        return role_of(organization, key)
    except KeyError:
        raise Refused(_("There is no such role."), code="role", field="role") from None


def _keep_a_founder(membership: Membership) -> None:
    """Refuse to take the founder's role from the last who has it."""
    founder = policies.current().founder
    if membership.role != founder.key:
        return
    others = membership.organization.memberships.filter(role=founder.key).exclude(pk=membership.pk)
    if not others.exists():
        raise Refused(
            _("%(organization)s needs at least one %(role)s. Give somebody else that role first.")
            % {"organization": membership.organization.name, "role": founder.label},
            code="last-founder",
        )
