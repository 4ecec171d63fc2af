"""How many people there are, and how many have each role, counted no further than anybody reads."""

from typing import Any

from django.db.models import OuterRef, QuerySet

from console.counting import CappedCount
from organizations import policies
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
