"""Changing what a key is called, what it may do, until when and from where."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from console.versions import check_same, marks_of
from organizations.actions.api_keys import rules
from organizations.actions.api_keys.networks import clean_networks
from organizations.actors import Actor
from organizations.models import ApiKey
from organizations.models.api_key import NAME_LENGTH


def values_of(key: ApiKey) -> dict[str, Any]:
    """What a form shows of a key, by the names of its fields; ``version`` tells it from what it was before a change."""
    shown = {
        "name": key.name,
        "permissions": [str(permission) for permission in sorted(key.permissions)],
        "expires_on": timezone.localdate(key.expires_at) if key.expires_at else None,
        "networks": "\n".join(key.networks),
    }
    return {**shown, "version": marks_of({"shown": shown})["shown"]}


@audited("api_key.edited")
def edit_key(
    *,
    key: ApiKey,
    name: str,
    permissions: Iterable[str],
    expires_on: date | None,
    networks: Iterable[str],
    version: str = "",
    by: Actor,
) -> ApiKey:
    """Change a named or a service key; whoever uses it is bound by it from now on. Its secret stays.

    The arguments are those of `create_key`; ``version``: of the key that the form showed (`values_of`), so that nobody
    undoes unseen what another has just changed. Raises Refused as that does, for a first pair, for a key that may do
    more than the actor, and for one that is over.
    """
    key, by = rules.lock_own(key, by)
    if not key.is_limited:
        raise Refused(_("A first pair may always do what its member may."), code="pair")
    rules.check_may_edit(key, by)
    check_same(version or None, values_of(key)["version"])
    # What the key may do so far is not theirs to change either, where it is more than they may.
    rules.check_reach(key, by)
    before = _recorded(key)
    former = {"name": key.name, "networks": ", ".join(key.networks)}
    key.name = clean_name(name, NAME_LENGTH)
    key.permissions = rules.allowed(permissions, key.organization, by)
    expires_at = rules.end_of(expires_on, key.expires_at)
    if expires_at != key.expires_at:
        key.expires_at, key.expiry_told_at = expires_at, timezone.now() if expires_at else None
    key.networks = clean_networks(networks)
    rules.check_reach(key, by)
    _save(key, before, former, by)
    return key


@audited("api_key.edited")
def limit_networks(*, key: ApiKey, networks: Iterable[str], version: str = "", by: Actor) -> ApiKey:
    """Change from where a key may be used, which is all that there is to change of a first pair.

    Raises Refused as `edit_key` does.
    """
    key, by = rules.lock_own(key, by)
    rules.check_may_edit(key, by)
    check_same(version or None, values_of(key)["version"])
    rules.check_reach(key, by)
    before, former = _recorded(key), {"name": key.name, "networks": ", ".join(key.networks)}
    key.networks = clean_networks(networks)
    rules.check_reach(key, by)
    _save(key, before, former, by)
    return key


def _recorded(key: ApiKey) -> dict[str, Any]:
    return {
        "permissions": sorted(key.permissions),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
    }


def _save(key: ApiKey, before: dict[str, Any], former: dict[str, str], by: Actor) -> None:
    """Save and record what differs from before; nothing where nothing does."""
    after = _recorded(key)
    changed = [name for name in after if after[name] != before[name]]
    now = {"name": key.name, "networks": ", ".join(key.networks)}
    texts = {name: (former[name], now[name]) for name in now if former[name] != now[name]}
    if not changed and not texts:
        return
    key.save(update_fields=["name", "permissions", "expires_at", "expiry_told_at", "networks"])
    record(
        "api_key.edited",
        by=by,
        organization_id=key.organization_id,
        target=key,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
        texts=texts,
    )
