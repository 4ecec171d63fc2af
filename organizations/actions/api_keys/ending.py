"""The end of keys: revoked, or with the membership that they belong to (PRODUCT: *dead the moment …*).

And what goes on when their maker does not: service keys, of which those hear who manage them.
"""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line
from organizations.actions.api_keys import rules
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters import api_keys as letters
from organizations.models import ApiKey, ApiKeyAddress, CustomRole, Membership, Organization
from organizations.models.api_key import Kind
from organizations.policies import Role
from organizations.roles import Permission

REASON_LENGTH = 200


@audited("api_key.revoked")
def revoke_key(*, key: ApiKey, reason: str = "", by: Actor) -> ApiKey:
    """End a key at once and for good: its secret is deleted, its tokens are dead. A first pair is followed by another.

    ``reason``: for the log; staff must give one. One's own keys; service keys for who manages them, even while a
    suspension lets nobody make any; a member's for who manages service keys and may do all that the member may; any for
    staff. Raises Refused for others, and for a key that is revoked already.
    """
    organization, by = lock(key.organization_id, by, Permission.VIEW_ORGANIZATION)
    key = rules.find(organization, key)
    _check_may_end(key, by)
    reason = one_line(reason, REASON_LENGTH)
    if by.is_trusted and not reason:
        raise Refused(_("Say why: the organization reads it in its log."), code="reason", field="reason")
    if key.revoked_at:
        raise Refused(_("This key is revoked already."), code="revoked")
    ApiKey.objects.filter(pk=key.pk).end()
    key.refresh_from_db()
    key.organization = organization
    if key.kind == Kind.PAIR and key.membership_id:
        ApiKey.objects.create(organization=organization, membership_id=key.membership_id, kind=Kind.PAIR)
    record(
        "api_key.revoked",
        by=by,
        organization_id=organization.pk,
        target=key,
        texts={"reason": ("", reason)} if reason else {},
    )
    return key


def end_keys_of(membership: Membership) -> None:
    """End the keys of a membership that is about to be deleted, in the transaction that deletes it.

    From where they were used goes too: it is about the person. Service keys that the member has made go on, being the
    organization's; whoever manages them hears of it, since the member may know the secrets.
    """
    keys = ApiKey.objects.filter(membership=membership)
    ApiKeyAddress.objects.filter(key__in=keys).delete()
    keys.update(last_used_from=None)
    keys.end()
    _tell_of_service_keys(membership, letters.send_keys_left)


def makers_with(role: CustomRole) -> QuerySet[Membership]:
    """The members with this role who have made service keys."""
    made = ApiKey.objects.filter(organization=role.organization, kind=Kind.SERVICE).live()
    makers = Membership.objects.filter(custom_role=role, user__in=made.values("created_by"))
    return makers.select_related("organization", "user").order_by("pk")


def tell_of_lost_keys(makers: Iterable[Membership], was: Role, now: Role) -> None:
    """Tell who manages service keys which of them were made by members whose role lets them no more.

    In the caller's lock, once they have the role ``now``: they may know the secrets, as one who has left may.
    """
    if Permission.MANAGE_SERVICE_KEYS in was.permissions - now.permissions:
        for membership in makers:
            _tell_of_service_keys(membership, letters.send_keys_lost)


def _check_may_end(key: ApiKey, by: Actor) -> None:
    if by.is_trusted:
        return
    if not rules.is_own(key, by):
        if not rules.may_manage(by):
            raise Refused(_("This key is somebody else's."), code="not-own")
        if key.membership and not by.covers(key.membership.held_role):
            raise Refused(
                _("%(name)s may do more than you. Ask somebody with the role %(role)s.")
                % {"name": key.membership.user.name, "role": key.membership.held_role.label},
                code="above-own-role",
            )
    if by.key:
        # A key that was stolen must not shut out what is stronger than it.
        rules.check_reach(key, by)


def _tell_of_service_keys(membership: Membership, send: Callable[[Organization, User, str, int], None]) -> None:
    if membership.organization.is_closed:
        return
    made = membership.organization.api_keys.filter(kind=Kind.SERVICE, created_by=membership.user_id).live()
    number = made.count()
    if number:
        others = membership.organization.memberships.exclude(user=membership.user_id)
        for user in others.to_be_told(Permission.MANAGE_SERVICE_KEYS):
            send(membership.organization, user, membership.user.name, number)
