"""Actions on API keys, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from organizations import actions
from organizations.models import ApiKey
from tests.cast import Cast


def pair(cast: Cast) -> ApiKey:
    """Mia's first pair."""
    return ApiKey.objects.get(membership=cast.mia.membership(cast.acme), kind="pair")


def named(cast: Cast) -> ApiKey:
    """A further key of Mia's."""
    return actions.create_key(organization=cast.acme, name="Script", by=cast.mia.actor(cast.acme)).key


def expire(cast: Cast) -> None:
    """A key of Mia's expires."""
    ApiKey.objects.filter(pk=named(cast).pk).update(expires_at=timezone.now() - timedelta(hours=1))
    actions.end_expired_keys()


KEYS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "make_secret": (
        "api_key.secret_made",
        lambda c: actions.make_secret(key=pair(c), by=c.mia.actor(c.acme)),
    ),
    "create_key": ("api_key.created", named),
    "create_service_key": (
        "api_key.created",
        lambda c: actions.create_service_key(organization=c.acme, name="Backup", by=c.adam.actor(c.acme)),
    ),
    "edit_key": (
        "api_key.edited",
        lambda c: actions.edit_key(
            key=named(c), name="Cron", permissions=[], expires_on=None, networks=[], by=c.mia.actor(c.acme)
        ),
    ),
    "limit_networks": (
        "api_key.edited",
        lambda c: actions.limit_networks(key=pair(c), networks=["192.0.2.0/24"], by=c.mia.actor(c.acme)),
    ),
    "rotate_secret": (
        "api_key.rotated",
        lambda c: actions.rotate_secret(key=named(c), overlap_hours=1, by=c.mia.actor(c.acme)),
    ),
    "revoke_key": ("api_key.revoked", lambda c: actions.revoke_key(key=named(c), by=c.mia.actor(c.acme))),
    "end_expired_keys": ("api_key.expired", expire),
}

# A mail, and nothing else; what is forgotten was over.
SILENT = {"tell_of_key_ends", "prune_keys"}
