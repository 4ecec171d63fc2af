"""What has run and is not written down yet: of which organizations, services and hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, Subquery
from django.utils import timezone

from billing.actions.usage.hours import HOUR, Stretch, first_hour, hour_of, hours_in, stretches
from billing.models import UsageHour
from projects.models import Operation, Prices, Service, ServiceSize
from projects.models.service import ServiceQuerySet, State

# What nobody has written down for so long is a present: beat was down for more than a month.
LOOK_BACK = timedelta(days=35)
# An hour counts as over when what was done in it must have been committed.
SETTLED_AFTER = timedelta(minutes=2)
# So much of what was missed is written down in one transaction.
WINDOW = timedelta(days=1)

_HOUR_BEFORE_REST = ExpressionWrapper(OuterRef("state_since") - HOUR, output_field=DateTimeField())


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A service, and the hours in which it ran, each with the size and what an hour of that cost then."""

    service: Service
    hours: dict[datetime, ServiceSize]
    prices: Prices


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A service, when it ran, and the hours to look at: from ``since`` on, before ``until``."""

    service: Service
    ran: list[Stretch]
    since: datetime
    until: datetime

    @property
    def first(self) -> datetime | None:
        return first_hour(self.ran, self.since, self.until)


def unrecorded(services: ServiceQuerySet) -> list[Ran]:
    """What these services ran in and is not written down: of the first day for which that is so; four queries.

    An hour is known when it is over; those of a service that is deleted are known at once, for nothing can follow.
    """
    now = timezone.now()
    known = _known(services, now)
    first = min((found for each in known if (found := each.first) is not None), default=None)
    if first is None:
        return []
    end = first + WINDOW
    prices = Prices(stretch.size for each in known for stretch in each.ran)
    ran = [
        Ran(service=each.service, hours=hours_in(each.ran, each.since, min(each.until, end), prices), prices=prices)
        for each in known
    ]
    return [each for each in ran if each.hours]


def waiting() -> ServiceQuerySet:
    """Services that may have run in an hour which is not written down; not many more than those that have."""
    now = timezone.now()
    written = UsageHour.objects.filter(service_id=OuterRef("pk"))
    is_at_rest = Q(state__in=[State.STOPPED, State.DELETED])
    # The hour in which it came to rest is its last one.
    rested = is_at_rest & Q(state_since__gt=now - LOOK_BACK) & ~Exists(written.filter(hour__gt=_HOUR_BEFORE_REST))
    runs = ~is_at_rest & ~Exists(written.filter(hour__gte=_last_hour(now)))
    return Service.objects.filter(runs | rested, Exists(Operation.objects.done().filter(service=OuterRef("pk"))))


def _known(services: ServiceQuerySet, now: datetime) -> list[_Known]:
    last = UsageHour.objects.filter(service_id=OuterRef("pk")).order_by("-hour").values("hour")[:1]
    recorded = dict(services.order_by().values_list("pk", Subquery(last)))
    oldest = hour_of(now - LOOK_BACK)
    done = _done(services, oldest)
    known = []
    for service in services.select_related("project", "kind").order_by("pk"):
        until = hour_of(now) + HOUR if service.state == State.DELETED else _last_hour(now) + HOUR
        last_one = recorded.get(service.pk)
        since = max(oldest, last_one + HOUR) if last_one else oldest
        ran = stretches(done.get(service.pk, []), min(until, now))
        known.append(_Known(service=service, ran=ran, since=since, until=until))
    return known


def _done(services: ServiceQuerySet, oldest: datetime) -> dict[UUID, list[Operation]]:
    """What was done with each service since, and the last thing before that, in their order."""
    newer = Operation.objects.done().filter(
        service=OuterRef("service"), number__gt=OuterRef("number"), ended_at__lte=oldest
    )
    operations = Operation.objects.done().filter(~Exists(newer), service__in=services.order_by().values("pk"))
    done: dict[UUID, list[Operation]] = {}
    for operation in operations.select_related("size").order_by("service", "number"):
        done.setdefault(operation.service_id, []).append(operation)
    return done


def _last_hour(now: datetime) -> datetime:
    """The last hour that is over."""
    return hour_of(now - SETTLED_AFTER) - HOUR
