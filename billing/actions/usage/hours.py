"""In which hours a service ran, by what was done with it (issue 7, Deliver 9: each started hour).

Hours are those of UTC. A service runs from when an operation that leads to running is done until another one that leads
elsewhere is: what is only asked for, fails or is replaced changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from projects.models import Operation, Prices, Service, ServiceSize
from projects.models.service import State

HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From when, until when, and in which size a service ran without a break."""

    start: datetime
    end: datetime
    size: ServiceSize


def hour_of(moment: datetime) -> datetime:
    """When the hour of a moment began, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def ran_in(service: Service, since: datetime, until: datetime) -> list[tuple[datetime, ServiceSize]]:
    """The hours from ``since`` on, and before ``until``, in which a service ran, each with its dearest size."""
    operations = list(service.operations.done().select_related("size").order_by("number"))
    prices = Prices(operation.size for operation in operations)
    found = hours_in(stretches(operations, until), since, until, prices)
    return sorted(found.items(), key=lambda pair: pair[0])


def stretches(operations: Iterable[Operation], until: datetime) -> list[Stretch]:
    """When a service ran before ``until``: ``operations`` are those done with it, in their order.

    Where the clock was set back between two of them, the later one counts from when the former was done.
    """
    found: list[Stretch] = []
    size: ServiceSize | None = None
    start = datetime.min.replace(tzinfo=UTC)
    for operation in operations:
        at = max(start, operation.ended_at or start)
        found += _stretch(start, min(at, until), size)
        start, size = at, operation.size if operation.ends_in == State.RUNNING else None
    return found + _stretch(start, until, size)


def hours_in(found: Sequence[Stretch], since: datetime, until: datetime, prices: Prices) -> dict[datetime, ServiceSize]:
    """The hours that begin from ``since`` on and before ``until``, with the dearest of the sizes of that hour."""
    sizes: dict[datetime, ServiceSize] = {}
    for stretch in found:
        for hour in _hours(stretch, since, until):
            other = sizes.get(hour)
            if other is None or prices.at(stretch.size, hour) >= prices.at(other, hour):
                sizes[hour] = stretch.size
    return sizes


def first_hour(found: Sequence[Stretch], since: datetime, until: datetime) -> datetime | None:
    """The first hour that `hours_in` would give; None for none."""
    return next((hour for stretch in found for hour in _hours(stretch, since, until)), None)


def _stretch(start: datetime, end: datetime, size: ServiceSize | None) -> list[Stretch]:
    return [Stretch(start=start, end=end, size=size)] if size is not None and start < end else []


def _hours(stretch: Stretch, since: datetime, until: datetime) -> Iterator[datetime]:
    hour = max(hour_of(stretch.start), since)
    while hour < min(stretch.end, until):
        yield hour
        hour += HOUR
