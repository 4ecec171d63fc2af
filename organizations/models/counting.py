"""How many people there are, and how many have each role, counted no further than anybody reads."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet

from console.counting import CappedCount
from console.dates import date
from organizations import policies
from organizations.models.api_key import ApiKey
from organizations.models.membership import Membership
from organizations.models.organization import Organization
from organizations.models.role import CustomRole

# Beyond it pages say "more than".
COUNTED = 1000


def counted(queryset: QuerySet[Any]) -> int:
    """How many rows a queryset has, or one more than `COUNTED`."""
    return queryset[: COUNTED + 1].count()


def people_with(organization: Organization) -> dict[str, int]:
    """How many members have each role of an organization, by `Role.key`, in two queries whatever their number."""
    here = Membership.objects.filter(organization=organization)
    # By the rank, which an index begins with.
    ranks = {
        role.key: CappedCount(here.filter(rank=rank), COUNTED + 1) for rank, role in enumerate(policies.current().roles)
    }
    built_in = Organization.objects.filter(pk=organization.pk).values_list(*ranks.values()).get()
    own = CustomRole.objects.filter(organization=organization).values_list(
        "pk", CappedCount(Membership.objects.filter(custom_role=OuterRef("pk")), COUNTED + 1)
    )
    return {**dict(zip(ranks, built_in, strict=True)), **{str(pk): number for pk, number in own}}


def keys_of(memberships: Collection[UUID]) -> Mapping[UUID, int]:
    """How many keys with a secret each of these members has, in one query."""
    keys = ApiKey.objects.filter(membership__in=memberships).live().exclude(secret="").order_by()
    return dict(keys.values_list("membership").annotate(Count("pk")))


def last_key_use_of(memberships: Collection[UUID]) -> Mapping[UUID, str]:
    """The day on which a key of each of these members was last used, in one query."""
    keys = ApiKey.objects.filter(membership__in=memberships, last_used_at__isnull=False).order_by()
    return {pk: date(at) for pk, at in keys.values_list("membership").annotate(Max("last_used_at"))}
