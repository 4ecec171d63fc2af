"""The lines of an invoice, in the language in force: what each charge was for, in amounts that add up to it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import floor

from django.utils.translation import gettext as _

from billing.amounts import to_money
from billing.models import Charge, Interval, InvoiceLine, UsageLine
from console.dates import month
from console.text import one_line


def lines_of(charges: Iterable[Charge]) -> list[InvoiceLine]:
    """The lines for charges, not saved and of no invoice yet; those of what ran need their ``usage``, prefetched."""
    lines = [line for charge in charges if charge.net or charge.vat for line in _of(charge)]
    for position, line in enumerate(lines, start=1):
        line.position = position
    return lines


def shares(total: int, weights: Sequence[Decimal]) -> list[int]:
    """``total`` by ``weights`` in whole numbers that add up to it; what is over goes to the largest fractions."""
    whole = sum(weights)
    if not whole:
        return [total, *[0] * (len(weights) - 1)] if weights else []
    exact = [total * weight / whole for weight in weights]
    floors = [floor(part) for part in exact]
    by_fraction = sorted(range(len(exact)), key=lambda number: (floors[number] - exact[number], number))
    for number in by_fraction[: total - sum(floors)]:
        floors[number] += 1
    return floors


def written(day: date) -> str:
    """A day as an invoice says it, ``3 January 2026``."""
    return f"{day.day} {month(day)}"


def span(start: datetime, end: datetime) -> str:
    """From when to when, by the days of UTC; the last one is the one in which the moment before ``end`` lies."""
    first, last = start.astimezone(UTC).date(), (end.astimezone(UTC) - timedelta(seconds=1)).date()
    if first >= last:
        return written(first)
    return _("%(first)s to %(last)s") % {"first": written(first), "last": written(last)}


def _of(charge: Charge) -> Iterator[InvoiceLine]:
    used = list(charge.usage.all()) if charge.kind == Charge.Kind.USAGE else []
    if used:
        yield from _used(charge, used)
        return
    yield _line(charge, _title(charge), span(charge.start, charge.end))


def _title(charge: Charge) -> str:
    names = {"plan": charge.plan_name, "interval": _interval(charge.interval)}
    if charge.kind == Charge.Kind.USAGE:
        return _("Services")
    if charge.kind == Charge.Kind.CHANGE:
        return _("Change to the plan %(plan)s, %(interval)s") % names
    return _("Plan %(plan)s, %(interval)s") % names


def _interval(key: str) -> str:
    return str(Interval(key).label) if key in Interval.values else ""


def _used(charge: Charge, used: list[UsageLine]) -> Iterator[InvoiceLine]:
    used.sort(key=lambda one: (one.project_name, one.service_name, one.month, one.size_name, one.price))
    nets = shares(charge.net, [one.amount for one in used])
    vats = shares(charge.vat, [Decimal(net) for net in nets])
    for one, net, vat in zip(used, nets, vats, strict=True):
        if not net and not one.amount:
            continue
        title = f"{one.service_name} · {one.kind_name}, {one.size_name}"
        # What was found out after the invoice of its month was issued.
        late = one.month < charge.month
        line = _line(charge, title, f"{one.project_name} · {month(one.month)}" if late else one.project_name)
        line.quantity, line.unit, line.unit_price = Decimal(one.hours), "h", one.price
        line.net, line.vat = net, vat
        yield line


def _line(charge: Charge, title: str, detail: str) -> InvoiceLine:
    return InvoiceLine(
        title=one_line(title),
        detail=one_line(detail),
        quantity=Decimal(1),
        unit_price=to_money(charge.net, charge.account.currency).amount,
        net=charge.net,
        vat=charge.vat,
        rate=charge.rate,
    )
