"""Changing who is in an organization, and as what."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from console.versions import Marks, check_unchanged
from organizations import policies, signals
from organizations.actions.api_keys.ending import tell_of_lost_keys
from organizations.actions.deciders import bring_in_line
from organizations.actions.invitations import revoke_invitations_of
from organizations.actions.locking import lock
from organizations.actions.rules import check_gives, end_of, last_day_of
from organizations.actions.transfers import end_transfers_of
from organizations.actors import Actor
from organizations.letters import memberships as letters
from organizations.models import Membership, Organization, Removal, role_of
from organizations.policies import Role
from organizations.roles import Permission


@audited("membership.role_changed")
def change_role(*, membership: Membership, role: str, was: str = "", by: Actor) -> Membership:
    """Give a member another role, and tell them.

    ``was``: the role that the actor saw; empty where nobody looked. Raises Refused where that is no longer the role,
    where the actor does not hold all that the old and the new role may do, raises their own role, or would leave a team
    without its founder role (PRODUCT: *Rules for every policy*).
    """
    # Stepping down needs no permission.
    is_own = _is_own(membership, by)
    membership, by = _lock(membership, by, None if is_own else Permission.CHANGE_ROLES)
    _change_role(membership, role, was, by)
    return membership


@audited("membership.role_changed")
def edit_member(
    *, membership: Membership, role: str, last_day: date | None, seen: Marks | None = None, by: Actor
) -> Membership:
    """Change a member's role, as `change_role` does, and the day after which the membership ends, or neither.

    ``last_day``: None for a membership without an end; ``seen``: what the form was opened with (`console.versions`).
    Raises Refused as `change_role` does, and for a day that `rules.end_of` refuses; either is written down as a role
    that was not changed.
    """
    is_own = _is_own(membership, by)
    membership, by = _lock(membership, by, None if is_own else Permission.CHANGE_ROLES)
    check_unchanged(seen, {"role": membership.role_key, "last_day": last_day_of(membership.ends_at)})
    end = end_of(last_day, _role(membership.organization, role), membership.ends_at)
    _change_role(membership, role, "", by)
    if end != membership.ends_at:
        _set_end(membership, end, by)
    return membership


def _change_role(membership: Membership, key: str, was: str, by: Actor) -> None:
    old, new = membership.held_role, _role(membership.organization, key)
    if old == new:
        return
    _check_unchanged(membership, was)
    is_own = _is_own(membership, by)
    if is_own and not (policies.current().may_lower_own_role and old.covers(new)):
        raise Refused(_("You cannot change your own role this way. Ask somebody else."), code="own-role", field="role")
    _check_covers(membership, by)
    check_gives(new, by)
    _keep_a_founder(membership)
    if policies.current().founder.key in {old.key, new.key}:
        end_transfers_of(membership, by)
    before = _recorded(membership)
    membership.give(new)
    membership.save(update_fields=Membership.ROLE_FIELDS)
    _record_change("membership.role_changed", membership, before, by)
    revoke_invitations_of(membership, by, beyond=new)
    bring_in_line(membership.organization)
    tell_of_lost_keys([membership], old, new)
    if not is_own:
        letters.send_role_changed(membership)


def _set_end(membership: Membership, end: datetime | None, by: Actor) -> None:
    """Set when it ends, and tell the member. Nobody sets their own: it would be a way to stay."""
    if _is_own(membership, by):
        raise Refused(_("You cannot change when your own membership ends."), code="own-end", field="last_day")
    _check_covers(membership, by)
    before = _recorded(membership)
    membership.ends_at = end
    # The mail that says it is the first notice.
    membership.end_told_at = timezone.now() if end else None
    membership.save(update_fields=["ends_at", "end_told_at"])
    _record_change("membership.end_set", membership, before, by)
    letters.send_end_set(membership)


def _recorded(membership: Membership) -> dict[str, str | None]:
    ends_at = membership.ends_at.isoformat() if membership.ends_at else None
    return {"role": membership.role_key, "ends_at": ends_at}


def _record_change(event: str, membership: Membership, before: dict[str, str | None], by: Actor) -> None:
    """Record what differs between ``before`` and now."""
    after = _recorded(membership)
    changed = [name for name in after if after[name] != before[name]]
    record(
        event,
        by=by,
        organization_id=membership.organization_id,
        target=membership,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


@audited("membership.removed")
def remove_member(*, membership: Membership, by: Actor) -> None:
    """Take a member out of an organization, and tell them. All that depends on the membership ends with it.

    Raises Refused as `change_role` does.
    """
    membership, by = _lock(membership, by, Permission.REMOVE_MEMBERS)
    if by.user_id == membership.user_id and not by.is_trusted:
        raise Refused(_("You cannot remove yourself. Leave the organization instead."), code="own-membership")
    _check_covers(membership, by)
    _keep_a_founder(membership)
    end_membership(membership, "membership.removed", by)
    # No domain lets them in again.
    Removal.objects.get_or_create(organization=membership.organization, user=membership.user)
    letters.send_removed(membership)


@audited("membership.left")
def leave_organization(*, membership: Membership, by: Actor) -> None:
    """End one's own membership, and with it all that its keys may do.

    Raises Refused for somebody else's, a personal account, the last founder, and for a key that may do less than its
    holder: it must not end what is stronger than it.
    """
    if by.user_id != membership.user_id:
        raise Refused(_("You can only leave for yourself."), code="not-own")
    membership, by = _lock(membership, by)
    if by.key and by.key.is_limited:
        raise Refused(
            _("This key may do less than its holder. Leave with the first pair, or on the page."), code="limited"
        )
    if membership.organization.is_personal:
        raise Refused(_("Your personal account ends only with your account."), code="personal")
    _keep_a_founder(membership)
    end_membership(membership, "membership.left", by)


def end_membership(membership: Membership, event: str, by: actors.Actor) -> None:
    """Delete a membership, with all that depends on it, and record the ``event``, in the caller's lock.

    Whichever way it ends, what the member has offered to others ends with it: nobody comes back by a link of their own.
    """
    revoke_invitations_of(membership, by)
    end_transfers_of(membership, by)
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
        fresh = organization.memberships.current().select_related("user", "custom_role").get(pk=membership.pk)
    except Membership.DoesNotExist:
        raise Refused(_("This person is no longer a member."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _is_own(membership: Membership, by: Actor) -> bool:
    return by.user_id == membership.user_id and not by.is_trusted


def _check_unchanged(membership: Membership, was: str) -> None:
    """Refuse a change of what somebody else has changed since the actor saw it as ``was``."""
    if was and was != membership.role_key:
        raise Refused(
            _("Somebody else has changed this meanwhile: %(name)s is now %(role)s. Look again, and decide anew.")
            % {"name": membership.user.name, "role": membership.role_label},
            code="changed-meanwhile",
            field="role",
        )


def _check_covers(membership: Membership, by: Actor) -> None:
    """Refuse a change of somebody who may do more than the actor."""
    if not by.covers(membership.held_role):
        if by.key:
            raise Refused(
                _("%(name)s may do more than this API key, or is %(role)s, which only a person takes from somebody.")
                % {"name": membership.user.name, "role": policies.current().founder.label},
                code="above-own-role",
                field="role",
            )
        raise Refused(
            _("%(name)s may do more than you. Ask somebody with the role %(role)s.")
            % {"name": membership.user.name, "role": membership.held_role.label},
            code="above-own-role",
            field="role",
        )


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
