"""What every action on a key decides by: whose it is, what may be given to it, until when."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actions.api_keys.networks import are_within
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import ApiKey, Organization
from organizations.roles import FOUNDERS_ONLY, PEOPLE, Permission, with_needed

LONGEST_LIFE = timedelta(days=5 * 365 + 1)


def holds(by: Actor, permissions: frozenset[Permission]) -> bool:
    """Whether the actor holds all of these: as its role has them, or as the organization lets all members do them.

    What a suspension withholds for a time counts as held: keys are rotated and revoked meanwhile, too.
    """
    return by.holds(permissions - by.permissions)


def may_manage(by: Actor) -> bool:
    """Whether the organization's service keys are the actor's business, also while a suspension withholds that."""
    return by.holds(frozenset({Permission.MANAGE_SERVICE_KEYS}))


def lock_own(key: ApiKey, by: Actor) -> tuple[ApiKey, Actor]:
    """A key that can still be used and the actor, as they are now, with the organization locked.

    Raises Refused for another member's, for a service key where they are not the actor's to manage, and for one that
    is over.
    """
    organization, by = lock(key.organization_id, by, Permission.VIEW_ORGANIZATION)
    fresh = find(organization, key)
    if not is_own(fresh, by) and not (fresh.is_service and may_manage(by)):
        raise Refused(_("This key is somebody else's."), code="not-own")
    check_in_use(fresh)
    return fresh, by


def find(organization: Organization, key: ApiKey) -> ApiKey:
    """The key of a locked organization as it is now; raises Refused where it is gone."""
    keys = organization.api_keys.select_related("membership__user", "membership__custom_role")
    fresh = keys.filter(pk=key.pk).first()
    if fresh is None:
        raise Refused(_("This key is gone."), code="gone")
    fresh.organization = organization
    if fresh.membership:
        fresh.membership.organization = organization
    return fresh


def is_own(key: ApiKey, by: Actor) -> bool:
    """Whether it is the key of the membership that the actor acts in."""
    return by.membership is not None and key.membership_id == by.membership.pk


def check_in_use(key: ApiKey) -> None:
    """Refuse to change what is over: a key that ended is never brought back."""
    if key.revoked_at:
        raise Refused(_("This key was revoked."), code="revoked")
    if key.is_over:
        raise Refused(_("This key has expired. Make another one."), code="expired")


def check_may_edit(key: ApiKey, by: Actor) -> None:
    """Refuse to change a service key while a suspension withholds that."""
    if key.is_service and not by.can(Permission.MANAGE_SERVICE_KEYS):
        raise Refused(
            _("While the organization is suspended, service keys can only be rotated and revoked."), code="permission"
        )


def check_reach(key: ApiKey, by: Actor) -> None:
    """Refuse to hand out, or to let do, more than the actor may: by role, or by the key that the actor acts with.

    So nobody reads a stronger secret out of a service key, and no key makes itself a wider or a longer-lived one.
    """
    used = by.key
    is_itself = used is not None and used.pk == key.pk
    if not is_itself and not holds(by, _given_by(key)):
        raise Refused(_("This key may do more than you, so you cannot change it."), code="above-own-role")
    if used is None:
        return
    lasts = used.expires_at is None or (key.expires_at is not None and key.expires_at <= used.expires_at)
    if not (lasts and are_within(key.networks, used.networks)):
        raise Refused(
            _("A key cannot give more than it has: not from more networks, and not for longer."), code="above-own-key"
        )


def _given_by(key: ApiKey) -> frozenset[Permission]:
    """What whoever has the secret may do with it, a suspension apart."""
    if key.membership is None:
        return key.permissions
    held = key.membership.held_role.permissions | key.membership.permissions
    return held & key.permissions if key.is_limited else held


def allowed(permissions: Iterable[str], organization: Organization, by: Actor) -> frozenset[Permission]:
    """These permissions (their values) and what they need, for a named or a service key.

    Raises Refused, at the field ``permissions``, for one that is not there, that the actor does not hold, that needs
    the person (closing and transferring the organization) or that makes no sense in a personal account.
    """
    try:
        asked = with_needed(Permission(name) for name in permissions)
    except ValueError:
        raise Refused(_("There is no such permission."), code="permission", field="permissions") from None
    if asked & FOUNDERS_ONLY:
        raise Refused(
            _("No key may close or transfer the organization: that takes a person."),
            code="founders-only",
            field="permissions",
        )
    if not holds(by, asked):
        raise Refused(_("You can only choose what you may do yourself."), code="above-own-role", field="permissions")
    if organization.is_personal and asked & PEOPLE:
        raise Refused(_("A personal account has nobody to do this with."), code="personal", field="permissions")
    return asked


def end_of(last_day: date | None, now: datetime | None = None) -> datetime | None:
    """When a key with this last day expires: late in the evening, where whoever chose the day is; None without one.

    ``now``: when it expires so far; the same day again changes nothing. Raises Refused, at the field ``expires_on``,
    for a day that is over or more than five years away.
    """
    if last_day is None:
        return None
    if now and timezone.localdate(now) == last_day:
        return now
    today = timezone.localdate()
    if not today <= last_day <= today + LONGEST_LIFE:
        raise Refused(
            _("Choose a day from today on, at most five years from now."), code="expires-on", field="expires_on"
        )
    return timezone.make_aware(datetime.combine(last_day, time(23, 59, 59)))
