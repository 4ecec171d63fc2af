"""Making further keys, and the organization's own."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from organizations import policies
from organizations.actions.api_keys import rules
from organizations.actions.api_keys.networks import clean_networks
from organizations.actions.api_keys.secrets import Issued, issue
from organizations.actions.limits import check_room_for_service_key
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import ApiKey, Organization
from organizations.models.api_key import NAME_LENGTH, Kind
from organizations.roles import Permission


@audited("api_key.created")
def create_key(
    *,
    organization: Organization,
    name: str,
    permissions: Iterable[str] = (),
    expires_on: date | None = None,
    networks: Iterable[str] = (),
    key_id: UUID | None = None,
    by: Actor,
) -> Issued:
    """Make a further key of the actor's membership, with its secret.

    ``permissions``: the most that it may do, by their values, and never more than its holder at the moment of use;
    ``expires_on``: the last day, None for no end; ``networks``: addresses and networks, none for anywhere;
    ``key_id``: the id it gets, from a form, which so makes one key however often it is sent. Raises Refused as
    `rules.allowed`, `rules.end_of` and `clean_networks` do, and for more keys than the policy lets a member have.
    """
    organization, by = lock(organization.pk, by, Permission.VIEW_ORGANIZATION)
    if by.membership is None:
        raise Refused(_("Only a member has keys of their own. Make a service key."), code="no-member")
    _check_new(key_id)
    most = policies.current().keys_per_member
    if ApiKey.objects.filter(membership=by.membership, kind=Kind.NAMED).live().count() >= most:
        raise Refused(
            ngettext(
                "You can have %d further key here. Revoke one first.",
                "You can have %d further keys here. Revoke one first.",
                most,
            )
            % most,
            code="too-many",
        )
    key = ApiKey(organization=organization, membership=by.membership, kind=Kind.NAMED, created_by=by.user)
    return _create(
        key, key_id=key_id, name=name, permissions=permissions, expires_on=expires_on, networks=networks, by=by
    )


@audited("api_key.created")
def create_service_key(
    *,
    organization: Organization,
    name: str,
    permissions: Iterable[str] = (),
    expires_on: date | None = None,
    networks: Iterable[str] = (),
    key_id: UUID | None = None,
    by: Actor,
) -> Issued:
    """Make a key of the organization, with its secret: it goes on when its maker leaves (PRODUCT: *service keys*).

    The arguments are those of `create_key`. Raises Refused as that does, in a personal account, and
    for more than the organization may have.
    """
    organization, by = lock(organization.pk, by, Permission.MANAGE_SERVICE_KEYS)
    if organization.is_personal:
        raise Refused(_("A personal account has no service keys: its own keys do the same."), code="personal")
    _check_new(key_id)
    check_room_for_service_key(organization)
    key = ApiKey(organization=organization, kind=Kind.SERVICE, created_by=by.user)
    return _create(
        key, key_id=key_id, name=name, permissions=permissions, expires_on=expires_on, networks=networks, by=by
    )


def _check_new(key_id: UUID | None) -> None:
    if key_id and ApiKey.objects.filter(pk=key_id).exists():
        raise Refused(
            _("This key is made already, and its secret was shown then. If you do not have it, rotate it."),
            code="made-already",
        )


def _create(
    key: ApiKey,
    *,
    key_id: UUID | None,
    name: str,
    permissions: Iterable[str],
    expires_on: date | None,
    networks: Iterable[str],
    by: Actor,
) -> Issued:
    """Fill a new key in, save it with its secret, and record it."""
    key.pk = key_id or key.pk
    key.name = clean_name(name, NAME_LENGTH)
    key.permissions = rules.allowed(permissions, key.organization, by)
    key.expires_at = rules.end_of(expires_on)
    # Whoever chose the day has just seen it.
    key.expiry_told_at = timezone.now() if key.expires_at else None
    key.networks = clean_networks(networks)
    rules.check_reach(key, by)
    issued = issue(key)
    key.save(force_insert=True)
    record(
        "api_key.created",
        by=by,
        organization_id=key.organization_id,
        target=key,
        after={
            "kind": key.kind,
            "permissions": sorted(key.permissions),
            "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        },
        texts={"networks": ("", ", ".join(key.networks))} if key.networks else {},
    )
    return issued
