"""Hours become lines of the charge of their month, and the charge takes what they cost from the funds."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum

from billing.actions.charging import rebill, usage_charge
from billing.actions.usage.finding import Ran
from billing.models import Account, Charge, UsageLine
from billing.periods import month_of
from projects.models import Service, ServiceSize

# Rows that are written in one statement.
ROWS = 500


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Hours of one service that make up one line: of one month, in one size, at one price."""

    service: Service
    size: ServiceSize
    price: Decimal
    month: date

    def key(self, charge: Charge) -> tuple[UUID, UUID, UUID, Decimal, date]:
        return charge.pk, self.service.pk, self.size.pk, self.price, self.month


type Lines = Mapping[tuple[UUID, datetime], UsageLine]


def bill(account: Account, ran: Sequence[Ran]) -> Lines:
    """Charge a locked account for these hours, which are on no line yet. Returns each one's line, by service and hour.

    Hours of a month whose invoice was issued go on the present month's (`charging.usage_charge`); their lines say when
    they were.
    """
    groups = _groups(ran)
    charges = {month: usage_charge(account, month) for month in sorted({group.month for group in groups})}
    lines = _lines(groups, charges)
    for charge in {charge.pk: charge for charge in charges.values()}.values():
        rebill(charge, charge.usage.aggregate(total=Sum("amount"))["total"])
    return {
        (group.service.pk, hour): lines[group.key(charges[group.month])]
        for group, hours in groups.items()
        for hour in hours
    }


def _groups(ran: Sequence[Ran]) -> dict[_Group, list[datetime]]:
    found: dict[_Group, list[datetime]] = defaultdict(list)
    for each in ran:
        for hour, size in each.hours.items():
            price = each.prices.at(size, hour)
            group = _Group(service=each.service, size=size, price=price, month=month_of(hour))
            found[group].append(hour)
    return found


def _lines(
    groups: Mapping[_Group, Sequence[datetime]], charges: Mapping[date, Charge]
) -> dict[tuple[UUID, UUID, UUID, Decimal, date], UsageLine]:
    """The line of each group, with its hours added: few statements, however many there are."""
    ids = {group.service.pk for group in groups}
    there = UsageLine.objects.filter(charge__in={charge.pk for charge in charges.values()}, service_id__in=ids)
    lines = {(line.charge_id, line.service_id, line.size_id, line.price, line.month): line for line in there}
    new, grown = [], defaultdict(list)
    for group, hours in groups.items():
        charge = charges[group.month]
        known = lines.get(group.key(charge))
        if known:
            grown[len(hours)].append(known.pk)
        else:
            new.append(_new_line(group, charge, len(hours)))
            lines[group.key(charge)] = new[-1]
    UsageLine.objects.bulk_create(new, batch_size=ROWS)
    for number, pks in grown.items():
        hours_then = F("hours") + number
        UsageLine.objects.filter(pk__in=pks).update(hours=hours_then, amount=F("price") * hours_then)
    return lines


def _new_line(group: _Group, charge: Charge, hours: int) -> UsageLine:
    service = group.service
    return UsageLine(
        charge=charge,
        month=group.month,
        project_id=service.project_id,
        project_name=service.project.name,
        service_id=service.pk,
        service_name=service.name,
        kind_name=service.kind.name,
        size_id=group.size.pk,
        size_name=group.size.name,
        price=group.price,
        hours=hours,
        amount=group.price * hours,
    )
