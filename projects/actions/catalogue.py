"""Sizes and what they cost. A price changes by these actions alone, and counts from the next full hour on.

Nobody's log but the deployment's has what is done to them.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from organizations.actors import Actor
from projects.models import FormerPrice, ServiceSize


@audited("service_size.made")
def make_size(*, size: ServiceSize, by: Actor) -> ServiceSize:
    """Let a kind be had in a size, which is not saved yet, at its price."""
    size.save(force_insert=True)
    after = {"kind": size.kind.key, "size": size.key, "price": f"{size.price:f}"}
    record("service_size.made", by=by, target=size, after=after)
    return size


@audited("service_size.priced")
def change_price(*, size: ServiceSize, price: Decimal, seen: Decimal | None = None, by: Actor) -> ServiceSize:
    """Let an hour of a size cost something else, from the next full hour (UTC) on; hours before it cost what they did.

    Whoever pays for something that runs in it is told by billing, where it rises. ``price``: as `ServiceSize`
    has it; ``seen``: what the form was opened with. Raises Refused where somebody has changed it since, for a price
    below zero, and where the size is gone.
    """
    locked = ServiceSize.objects.select_for_update(of=("self",)).select_related("kind").filter(pk=size.pk).first()
    if locked is None:
        raise Refused(_("This size is gone."), code="gone")
    if seen is not None and seen != locked.price:
        raise Refused(
            _("Somebody has changed the price of %(size)s to %(price)s meanwhile. Look, and change it again.")
            % {"size": locked.name, "price": f"{locked.price:f}"},
            code="changed",
            field="price",
        )
    if price < 0:
        raise Refused(_("A price is nothing, or more."), code="price", field="price")
    before = locked.price
    if price == before:
        return locked
    until = _next_hour(timezone.now())
    # Changed again within the hour: what it cost until then is known, and what it was for minutes never counted.
    FormerPrice.objects.get_or_create(size=locked, until=until, defaults={"price": before})
    locked.price = price
    locked.save(update_fields=["price"])
    record(
        "service_size.priced",
        by=by,
        target=locked,
        before={"price": f"{before:f}"},
        after={"kind": locked.kind.key, "size": locked.key, "price": f"{price:f}", "counts_at": until.isoformat()},
    )
    return locked


def _next_hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
