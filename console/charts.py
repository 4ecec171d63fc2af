"""The geometry of pictures of numbers: what a template draws as SVG (templates/components/chart.html).

Across, all is in percent, so that a picture is as wide as its place and its text stays as large as the rest; down, in
pixels from the top. What the numbers mean, and how they are written, is said by who asks for a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, floor, log10

from moneyed import Money

# How high the part with the numbers is; above it is room for half a stroke.
HEIGHT = 180
MARGIN = 6
# About as many lines across, at values that people count in.
TICKS = 4
_STEPS = (1, 2, 2.5, 5, 10)
# What the computer's fractions are off by.
_ROUNDING = 1e-9
# What a path is drawn in before it is stretched to the width of its place.
WIDE = 1000
# How much of its place a bar fills.
BAR = 0.62


@dataclass(frozen=True)
class Tick:
    """A value at the side, and how far down its line is."""

    value: float
    y: float


@dataclass(frozen=True, kw_only=True)
class Slot:
    """The place of one number, or of those of one group: where it begins and how wide it is, in percent."""

    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True, kw_only=True)
class Point(Slot):
    """A value of a line; ``y``: how far down it is."""

    y: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """A value that holds until the next one: steps from left to right, as on a statement of account.

    ``path``: the line, `WIDE` across; ``area``: the same, closed along zero; ``zero``: how far down that is, which
    where nothing is below it is the bottom.
    """

    points: list[Point]
    path: str
    area: str
    zero: float
    ticks: list[Tick]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a bar: how far down it begins, and how high it is."""

    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Bar(Slot):
    """A bar of several parts, one on the other, the first below; ``slot``: its place with what is free around it."""

    parts: list[Part]
    slot: Slot


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Bars beside each other."""

    bars: list[Bar]
    ticks: list[Tick]


@dataclass(frozen=True)
class Mark:
    """A word below a picture: where it stands, in percent, and which end of it does ("start", "middle", "end")."""

    x: float
    text: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What templates/components/chart.html draws.

    ``slots``: a place for each number with what is said of it; ``ticks``: how far down, and the amount; ``rows``: the
    same numbers as a table, each row with a name and amounts.
    """

    description: str
    slots: list[tuple[Slot, str]]
    ticks: list[tuple[float, str]]
    marks: list[Mark]
    rows: list[tuple[str, list[Money]]]
    line: Line | None = None
    bars: list[Bar] | None = None


def line(values: Sequence[float]) -> Line:
    """Draw values, one for each step of time; there must be one."""
    low, high, ticks = _scale(min(values), max(values))
    slots = _slots(len(values))
    points = [
        Point(x=slot.x, width=slot.width, y=_down(value, low, high)) for slot, value in zip(slots, values, strict=True)
    ]
    zero = _down(0, low, high)
    start = f"M0 {points[0].y:g}"
    path = start + "".join(
        f"H{WIDE * after.x / 100:g}V{after.y:g}" for before, after in pairwise(points) if before.y != after.y
    )
    path += f"H{WIDE}"
    return Line(points=points, path=path, area=f"{path}V{zero:g}H0Z", zero=zero, ticks=ticks)


def bars(groups: Sequence[Sequence[float]]) -> Bars:
    """Draw groups of values as bars; what is below zero is not drawn."""
    drawn = [[max(0.0, value) for value in group] for group in groups]
    low, high, ticks = _scale(0, max((sum(group) for group in drawn), default=0))
    return Bars(
        bars=[_bar(slot, group, low, high) for slot, group in zip(_slots(len(drawn)), drawn, strict=True)], ticks=ticks
    )


def shares(values: Sequence[float]) -> list[float]:
    """How long each value is in percent of the largest, for bars that lie; what is there at all is seen."""
    most = max(values, default=0)
    return [round(max(100 * value / most, 1), 2) if most > 0 and value > 0 else 0.0 for value in values]


def _bar(slot: Slot, group: Sequence[float], low: float, high: float) -> Bar:
    tops = [_down(total, low, high) for total in accumulate(group, initial=0.0)]
    parts = [Part(y=top, height=round(bottom - top, 2)) for bottom, top in pairwise(tops)]
    width = slot.width * BAR
    return Bar(x=round(slot.x + (slot.width - width) / 2, 3), width=round(width, 3), parts=parts, slot=slot)


def _slots(number: int) -> list[Slot]:
    width = 100 / max(number, 1)
    return [Slot(x=round(index * width, 3), width=round(width, 3)) for index in range(number)]


def _down(value: float, low: float, high: float) -> float:
    return round(MARGIN + (HEIGHT - MARGIN) * (high - value) / (high - low), 2)


def _scale(least: float, most: float) -> tuple[float, float, list[Tick]]:
    """From where to where the side goes, zero among it, and its ticks; where all is zero, that alone, at the bottom."""
    least, most = min(least, 0.0), max(most, 0.0)
    if least == most:
        return 0.0, 1.0, [Tick(0.0, _down(0.0, 0.0, 1.0))]
    step = _step(most - least)
    first, last = floor(least / step), ceil(most / step)
    low, high = first * step, last * step
    ticks = [Tick(number * step, _down(number * step, low, high)) for number in range(first, last + 1)]
    return low, high, ticks


def _step(span: float) -> float:
    """The first round number of which `TICKS` cover the span."""
    tenth = 10.0 ** floor(log10(span / TICKS))
    return next(step * tenth for step in _STEPS if step * tenth * TICKS >= span * (1 - _ROUNDING))
