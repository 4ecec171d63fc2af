"""What the demo's services cost, hour by hour, in the last weeks."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from billing.actions.charging import usage_charge
from billing.actions.usage.hours import hour_of, ran_in
from billing.amounts import to_units
from billing.demo.books import Books
from billing.models import Charge, Reason, UsageHour, UsageLine
from billing.periods import month_of
from billing.taxes import vat_on
from projects.models import Service, ServiceSize

# Two months or three are in it.
SPAN = timedelta(days=40)

type Hours = list[tuple[Service, datetime, ServiceSize]]


def put_usage(books: Books) -> None:
    """Charge what ran in an organization until the last full hour: for each day there is an entry."""
    until = hour_of(timezone.now())
    since = until.replace(hour=0) - SPAN
    services = Service.objects.filter(project__organization=books.account.pk).select_related("project", "kind")
    by_month: dict[date, Hours] = defaultdict(list)
    for service in services.order_by("pk"):
        for hour, size in ran_in(service, since, until):
            by_month[month_of(hour)].append((service, hour, size))
    for month, hours in sorted(by_month.items()):
        _put_month(books, month, hours)


def _put_month(books: Books, month: date, hours: Hours) -> None:
    charge = usage_charge(books.account, month)
    lines: dict[tuple[Service, ServiceSize], UsageLine] = {}
    cost: dict[date, Decimal] = defaultdict(Decimal)
    rows = []
    for service, hour, size in hours:
        line = lines.setdefault((service, size), _line(charge, month, service, size))
        line.hours += 1
        line.amount += line.price
        cost[hour.date()] += line.price
        rows.append(UsageHour(line=line, service_id=service.pk, hour=hour))
    UsageLine.objects.bulk_create(lines.values())
    UsageHour.objects.bulk_create(rows)
    whole = Decimal(0)
    for day, spent in sorted(cost.items()):
        whole += spent
        # When the day is over, or as far as it has come.
        at = min(datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC), timezone.now() - timedelta(minutes=1))
        books.on(at, partial(_bill, books, charge, to_units(whole, books.account.currency)))


def _bill(books: Books, charge: Charge, net: int, at: datetime) -> None:
    before = charge.total
    charge.net, charge.vat = net, vat_on(net, charge.rate)
    if charge.total > before:
        charge.created_at = charge.start
        charge.save(update_fields=["net", "vat", "created_at"])
        books.spend(at, Reason.USAGE, charge, charge.total - before, f"usage:{charge.pk}:{before}")


def _line(charge: Charge, month: date, service: Service, size: ServiceSize) -> UsageLine:
    return UsageLine(
        charge=charge,
        month=month,
        project_id=service.project_id,
        project_name=service.project.name,
        service_id=service.pk,
        service_name=service.name,
        kind_name=service.kind.name,
        size_id=size.pk,
        size_name=size.name,
        price=size.price,
        hours=0,
        amount=Decimal(0),
    )
