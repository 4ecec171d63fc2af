"""Whoever pays for something that runs is told, once, when its price rises."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from billing.letters.usage import tell_of_price
from billing.models import Account
from organizations.models import Organization
from projects.models import FormerPrice, Operation, Prices

# Prices in one run; the next one goes on.
BATCH = 50


def tell_of_prices() -> int:
    """Tell of prices that count since an hour, and are higher than those before. Returns how many prices.

    Each is a transaction of its own: a worker that is killed has told nobody of it, and the next one begins again.
    """
    waiting = FormerPrice.objects.filter(told_at=None, until__lte=timezone.now()).order_by("until", "id")
    return sum(_tell(pk) for pk in waiting.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _tell(pk: UUID) -> bool:
    former = (
        FormerPrice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("size__kind")
        .filter(pk=pk, told_at=None)
        .first()
    )
    if former is None:
        return False
    former.told_at = timezone.now()
    former.save(update_fields=["told_at"])
    after = Prices([former.size]).at(former.size, former.until)
    if after <= former.price:
        return False
    for organization in _paying_for(former):
        tell_of_price(Account.objects.of(organization), former.size, former.price, after, former.until)
    return True


def _paying_for(former: FormerPrice) -> list[Organization]:
    running = Operation.objects.leaving_running().filter(
        size=former.size, service__project__organization=OuterRef("pk")
    )
    return list(Organization.objects.filter(Exists(running)).order_by("pk"))
