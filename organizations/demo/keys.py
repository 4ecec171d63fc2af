"""API keys in the demo: one of each state, so that their page shows what it can."""

from datetime import timedelta

from django.utils import timezone

from organizations import actions
from organizations.actors import Actor
from organizations.demo.scene import Situation
from organizations.demo.situations import member
from organizations.models import ApiKey, Organization
from organizations.models.api_key import Kind
from organizations.roles import Permission

# Of a network that is for examples (RFC 5737).
SOMEWHERE = "192.0.2.17"
NETWORKS = ("192.0.2.0/24",)


def has_keys_of(name: str) -> Situation:
    """Somebody's programs come in with a first pair and further keys, and the organization has keys of its own."""

    def happen(organization: Organization, founder: Actor) -> None:
        by, today = Actor.member(member(organization, name)), timezone.localdate()
        pair = ApiKey.objects.get(membership=by.membership, kind=Kind.PAIR)
        _is_used(actions.make_secret(key=pair, by=by).key, minutes=12)
        report = actions.create_key(
            organization=organization,
            name="Monthly report",
            permissions=[Permission.VIEW_MEMBERS],
            expires_on=today + timedelta(days=5),
            by=by,
        )
        _is_used(report.key, minutes=60 * 24 * 9)
        sync = actions.create_key(
            organization=organization, name="Directory sync", permissions=[Permission.VIEW_MEMBERS], by=by
        )
        actions.rotate_secret(key=sync.key, overlap_hours=72, by=by)
        old = actions.create_key(organization=organization, name="Old laptop", by=by)
        actions.revoke_key(key=old.key, by=by)
        deployment = actions.create_service_key(
            organization=organization,
            name="Deployment",
            permissions=[Permission.VIEW_PROJECTS, Permission.MANAGE_PROJECTS],
            expires_on=today + timedelta(days=300),
            networks=NETWORKS,
            by=founder,
        )
        _is_used(deployment.key, minutes=3)

    return happen


def _is_used(key: ApiKey, *, minutes: int) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=at, last_used_from=SOMEWHERE)
