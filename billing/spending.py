"""What an account spends, and how long its funds last: the numbers behind the pictures. Nothing is looked up by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Max, Min, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from billing.models import Account, Charge, Entry, Reason, UsageLine
from billing.periods import month_of, start_of

# How far the pictures go back; a new account's funds are shown for two weeks at least.
DAYS, FEWEST_DAYS = 90, 14
MONTHS: Final = 12
FEWEST_MONTHS = 6
# From so many days the pace of spending is taken.
PACE_DAYS = 14
# Nobody is told for longer that funds last.
YEAR = 365


@dataclass(frozen=True)
class Day:
    """What there was at the end of a day of the reader's, in the smallest unit; ``changed``: whether on that day."""

    day: date
    balance: int
    changed: bool


@dataclass(frozen=True)
class Month:
    """What was charged for a month, without VAT and in the smallest unit: for the plan, and for what ran."""

    month: date
    plan: int
    usage: int

    @property
    def total(self) -> int:
        """Both."""
        return self.plan + self.usage


@dataclass(frozen=True)
class InProject:
    """What ran in a project in a month, without VAT; the name is of when it ran."""

    name: str
    amount: Decimal


def funds_by_day(account: Account) -> list[Day]:
    """The funds at the end of each of the last `DAYS`; empty where nothing has ever changed."""
    today = timezone.localdate()
    entries = Entry.objects.filter(account=account.pk)
    first = entries.aggregate(first=Min("at"))["first"]
    if first is None:
        return []
    begins = min(timezone.localdate(first) - timedelta(days=1), today - timedelta(days=FEWEST_DAYS - 1))
    begins = max(begins, today - timedelta(days=DAYS - 1))
    midnight = timezone.make_aware(datetime.combine(begins, datetime.min.time()))
    lately = entries.filter(at__gte=midnight).order_by().annotate(day=TruncDate("at"))
    last = dict(lately.values_list("day").annotate(number=Max("number")))
    before = entries.filter(at__lt=midnight).order_by("-number").values_list("balance", flat=True).first()
    balances = dict(entries.filter(number__in=last.values()).values_list("number", "balance"))
    found, balance = [], before or 0
    for day in (begins + timedelta(days=number) for number in range((today - begins).days + 1)):
        balance = balances[last[day]] if day in last else balance
        found.append(Day(day, balance, changed=day in last))
    return found


def spent_by_month(account: Account) -> list[Month]:
    """What each of the last `MONTHS` cost, this one last; empty where nothing has been charged in them.

    Of an account that began later, from then on, `FEWEST_MONTHS` at least.
    """
    this = this_month()
    months = [_earlier(this, number) for number in reversed(range(MONTHS))]
    charges = Charge.objects.filter(account=account.pk, month__gte=months[0], month__lte=this).order_by()
    sums = {(row["month"], row["kind"]): row["net"] for row in charges.values("month", "kind").annotate(net=Sum("net"))}
    if not sums:
        return []
    first = min(month for month, _kind in sums)
    months = [month for month in months if month >= min(first, months[-FEWEST_MONTHS])]
    of_plan = [kind for kind in Charge.Kind.values if kind != Charge.Kind.USAGE]
    return [
        Month(month, sum(sums.get((month, kind), 0) for kind in of_plan), sums.get((month, Charge.Kind.USAGE), 0))
        for month in months
    ]


def spent_by_project(account: Account, month: date) -> list[InProject]:
    """What ran in each project in a month, the dearest first."""
    lines = UsageLine.objects.filter(charge__account=account.pk, month=month).order_by()
    sums = lines.values("project_id").annotate(name=Max("project_name"), sum=Sum("amount"))
    found = [InProject(row["name"], row["sum"]) for row in sums]
    return sorted(found, key=lambda one: (-one.amount, one.name))


def daily_usage(account: Account) -> Decimal:
    """What runs takes from the funds in a day, VAT included, in the smallest unit: the mean of the last `PACE_DAYS`.

    Of an account where it began later, of the days since then, one at least.
    """
    now = timezone.now()
    since = now - timedelta(days=PACE_DAYS)
    used = Entry.objects.filter(account=account.pk, at__gte=since, reason=Reason.USAGE, amount__lt=0)
    found = used.aggregate(sum=Sum("amount"), first=Min("at"))
    if not found["sum"]:
        return Decimal(0)
    was_there = Entry.objects.filter(account=account.pk, at__lt=since, reason=Reason.USAGE).exists()
    days = PACE_DAYS if was_there else max(1, (now - found["first"]) / timedelta(days=1))
    return -Decimal(found["sum"]) / Decimal(days)


def days_that_last(
    funds: int, ending: Sequence[tuple[int, int]], daily: Decimal, charges: Mapping[int, int]
) -> int | None:
    """For how many days funds last, `YEAR` where they do for longer; None where nothing is spent.

    ``funds``: all there is; ``ending``: of it, promotional credits as pairs of the day on which they end, counted from
    today, and the amount, those that end first first: they are spent first. ``daily``: what runs takes; ``charges``: by
    the day, what a plan takes. All amounts in the smallest unit.
    """
    if not daily and not any(charges.values()):
        return None
    left = [Decimal(amount) for _day, amount in ending]
    own = Decimal(funds) - sum(left)
    for day in range(1, YEAR + 1):
        needed = daily + charges.get(day, 0)
        for number, (ends, _amount) in enumerate(ending):
            taken = min(left[number], needed) if ends >= day else Decimal(0)
            left[number] -= taken
            needed -= taken
        own -= needed
        if own < 0:
            return day - 1
    return YEAR


def days_of_charges(anchor: datetime, interval: str, number: int, now: datetime) -> list[int]:
    """In how many days the periods after ``number`` begin, within a `YEAR`; one that is late begins on the next."""
    found: list[int] = []
    while True:
        number += 1
        day = max(1, -(-(start_of(anchor, interval, number) - now) // timedelta(days=1)))
        if day > YEAR:
            return found
        found.append(day)


def this_month() -> date:
    """The first day of the month that it is in UTC, as charges are counted."""
    return month_of(timezone.now())


def _earlier(month: date, number: int) -> date:
    years, at = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(years, at + 1, 1)
