"""The pictures of the overview: their numbers in words, beside the geometry of console.charts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import MONTHS_3, MONTHS_AP
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from moneyed import Money

from billing.models import Account
from billing.spending import Day, InProject, Month
from console import charts
from console.charts import Mark, Picture
from console.dates import date, month
from console.money import brief, money

# Dates below the line; projects that have a bar of their own.
MARKS = 4
PROJECTS = 5


@dataclass(frozen=True)
class Share:
    """What ran in a project, and how long its bar is, in percent."""

    name: str
    amount: Money
    width: float


def funds_picture(account: Account, days: Sequence[Day]) -> Picture | None:
    """The funds day by day; None where there are none to be seen."""
    if not days:
        return None
    drawn = charts.line([day.balance for day in days])
    said = [f"{date(day.day)}: {money(account.money(day.balance))}" for day in days]
    lowest = min(days, key=lambda day: day.balance)
    names = {
        "first": money(account.money(days[0].balance)),
        "day": date(days[0].day),
        "last": money(account.money(days[-1].balance)),
        "lowest": money(account.money(lowest.balance)),
        "lowest_day": date(lowest.day),
    }
    return Picture(
        description=_("From %(first)s on %(day)s to %(last)s now; the least was %(lowest)s on %(lowest_day)s.") % names,
        slots=[(point, text) for point, text in zip(drawn.points, said, strict=True)],
        ticks=_ticks(account, drawn.ticks),
        marks=_day_marks([day.day for day in days]),
        rows=[(date(day.day), [account.money(day.balance)]) for day in reversed(days) if day.changed],
        line=drawn,
    )


def spending_picture(account: Account, months: Sequence[Month]) -> Picture | None:
    """What each month cost; None where nothing did."""
    if not any(one.plan or one.usage for one in months):
        return None
    drawn = charts.bars([(one.plan, one.usage) for one in months])
    said = [_month_said(account, one) for one in months]
    most = max(months, key=lambda one: one.total)
    names = {
        "total": money(account.money(sum(one.total for one in months))),
        "most": money(account.money(most.total)),
        "month": month(most.month),
    }
    return Picture(
        description=_("%(total)s in twelve months; the most, %(most)s, in %(month)s.") % names,
        slots=[(bar.slot, text) for bar, text in zip(drawn.bars, said, strict=True)],
        ticks=_ticks(account, drawn.ticks),
        marks=[
            Mark(bar.slot.middle, capfirst(str(MONTHS_3[one.month.month])), "middle")
            for bar, one in zip(drawn.bars, months, strict=True)
        ],
        rows=[
            (month(one.month), [account.money(one.plan), account.money(one.usage), account.money(one.total)])
            for one in reversed(months)
            if one.plan or one.usage
        ],
        bars=drawn.bars,
    )


def shares_of(account: Account, projects: Sequence[InProject]) -> list[Share]:
    """The dearest projects, and what is left as one; the names of restricted ones, too (billing.usage_rows)."""
    shown = list(projects[:PROJECTS])
    if others := projects[PROJECTS:]:
        shown.append(InProject(_("Others"), sum((one.amount for one in others), Decimal(0))))
    widths = charts.shares([float(one.amount) for one in shown])
    return [
        Share(one.name, Money(one.amount, account.currency), width) for one, width in zip(shown, widths, strict=True)
    ]


def _month_said(account: Account, one: Month) -> str:
    names = {
        "month": month(one.month),
        "total": money(account.money(one.total)),
        "plan": money(account.money(one.plan)),
        "usage": money(account.money(one.usage)),
    }
    return _("%(month)s: %(total)s (plan %(plan)s, usage %(usage)s)") % names


def _ticks(account: Account, ticks: Sequence[charts.Tick]) -> list[tuple[float, str]]:
    """The lines across with their amounts, in whole units of the smallest coin."""
    return [(tick.y, brief(account.money(int(tick.value)))) for tick in ticks if tick.value == int(tick.value)]


def _day_marks(days: Sequence[dt.date]) -> list[Mark]:
    """Some dates at even distances, the first and the last among them."""
    last = len(days) - 1
    marks = []
    for number in range(MARKS):
        at = round(last * number / (MARKS - 1))
        anchor = {0: "start", MARKS - 1: "end"}.get(number, "middle")
        marks.append(Mark(round(100 * number / (MARKS - 1), 3), f"{days[at].day} {MONTHS_AP[days[at].month]}", anchor))
    return marks
