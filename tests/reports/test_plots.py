from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lotproof.reports.plots import HEIGHT, WIDTH, bar_plot, dot_plot, nice_ticks

values = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@given(st.lists(values, min_size=1, max_size=40))
def test_every_dot_lies_on_the_canvas_between_the_outer_ticks(numbers: list[float]) -> None:
    plot = dot_plot([(str(i), n) for i, n in enumerate(numbers)], "axis", "%", "words")

    low, high = plot.y_ticks[0].place, plot.y_ticks[-1].place
    assert all(high - 0.01 <= dot.y <= low + 0.01 for dot in plot.dots)
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in plot.dots)


@given(values, values)
def test_ticks_span_the_range_in_equal_steps(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    ticks = nice_ticks(low, high)

    tolerance = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + tolerance
    assert ticks[-1] >= high - tolerance
    assert 2 <= len(ticks) <= 12


def test_bars_stand_on_zero_and_carry_their_number() -> None:
    plot = bar_plot([("1–4", 0), ("5–11", 7)], "gaps", "gaps", "words")

    assert [bar.label for bar in plot.bars] == ["0", "7"]
    assert plot.bars[0].height == 0
    assert all(abs(bar.y + bar.height - plot.base) < 0.01 for bar in plot.bars)


def test_names_under_the_axis_are_thinned_when_there_are_many() -> None:
    plot = dot_plot([(f"batch-{i:05}", float(i)) for i in range(60)], "axis", "d", "words")

    assert plot.x_ticks[0].label == "batch-00000"
    assert len(plot.x_ticks) < 12
