"""The geometry of pictures, against what was drawn by hand on squared paper."""

from console.charts import HEIGHT, MARGIN, Part, bars, line, shares


def test_a_line_goes_in_steps_and_its_side_has_round_numbers() -> None:
    drawn = line([100, 100, 50, 0])
    assert [(tick.value, tick.y) for tick in drawn.ticks] == [
        (0, 180), (25, 136.5), (50, 93), (75, 49.5), (100, 6),
    ]  # fmt: skip
    assert drawn.path == "M0 6H500V93H750V180H1000"
    assert drawn.area == "M0 6H500V93H750V180H1000V180H0Z"
    assert [(point.x, point.width, point.middle) for point in drawn.points][:2] == [(0, 25, 12.5), (25, 25, 37.5)]


def test_what_is_owed_is_drawn_below_zero() -> None:
    drawn = line([100, -50])
    assert [tick.value for tick in drawn.ticks] == [-50, 0, 50, 100]
    assert drawn.zero == 122
    assert [point.y for point in drawn.points] == [MARGIN, HEIGHT]


def test_nothing_at_all_is_a_line_at_the_bottom() -> None:
    for values in ([0], [0, 0, 0]):
        drawn = line(values)
        assert (drawn.path, [tick.value for tick in drawn.ticks]) == ("M0 180H1000", [0])


def test_the_side_fits_any_size() -> None:
    for most, highest in ((0.07, 0.08), (1, 1), (99, 100), (101, 150), (37_500, 40_000), (10**15, 10**15)):
        ticks = line([most]).ticks
        assert ticks[-1].value == highest
        assert len(ticks) <= 6


def test_bars_stand_on_each_other() -> None:
    first, second = bars([(10, 5), (0, 20)]).bars
    assert first.parts == [Part(y=93, height=87), Part(y=49.5, height=43.5)]
    assert second.parts == [Part(y=180, height=0), Part(y=6, height=174)]
    assert (first.x, first.width, first.slot.middle) == (9.5, 31, 25)
    # What was given back is not drawn, and takes nothing from the rest.
    assert bars([(-10, 20)]).bars[0].parts == [Part(y=180, height=0), Part(y=6, height=174)]
    assert bars([]).bars == []


def test_shares_are_of_the_largest() -> None:
    assert shares([200, 50, 0.1, 0]) == [100, 25, 1, 0]
    assert shares([0, 0]) == [0, 0]
    assert shares([]) == []
