"""How long logs are kept: an organization's by its plan, all others for a year (PRODUCT: the audit log)."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from audit.models import Chain
from audit.pruning import KEPT_DAYS, drop_empty, pages_of_chains, prune
from organizations import policies
from organizations.models import Allowance, Organization


def prune_logs() -> int:
    """Delete what was kept long enough, and the chains of who is gone once they are empty. Returns how many events.

    Each batch is a transaction of its own: a worker that is killed has deleted the oldest, and the next one goes on.
    """
    now = timezone.now()
    pruned = 0
    for page in pages_of_chains():
        ids = [chain_id for chain_id, _ in page]
        days = _days_of_organizations(ids)
        for chain_id, oldest in page:
            before = now - timedelta(days=days.get(chain_id, KEPT_DAYS))
            if oldest and oldest < before:
                pruned += prune(chain_id, before)
        for chain_id in _gone(ids, days):
            drop_empty(chain_id)
    return pruned


def _days_of_organizations(ids: Collection[UUID]) -> dict[UUID, int]:
    """What `Organization.allowed` says of each; without those of ``ids`` that are no organization's."""
    organizations = Organization.objects.filter(pk__in=ids).values_list("pk", flat=True)
    own = Allowance.objects.filter(name=Allowance.Name.AUDIT_DAYS, organization__in=ids)
    found = dict.fromkeys(organizations, policies.current().audit_days)
    # What staff have set counts more, so it comes last.
    for source in (Allowance.Source.PLAN, Allowance.Source.STAFF):
        found |= own.filter(source=source).values_list("organization_id", "amount")
    return found


def _gone(ids: Collection[UUID], organizations: Mapping[UUID, int]) -> set[UUID]:
    users = User.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return set(ids) - set(organizations) - set(users) - {Chain.DEPLOYMENT}
