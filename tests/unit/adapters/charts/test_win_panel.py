"""The panel of the win chance, by what lies on its axes."""

from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from src.adapters.charts.look import AHEAD, BEHIND, OWN
from src.adapters.charts.win_panel import draw_win_chance
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.lead import Line
from tests.fakes.analyses import BARON, FIGHT, SWING, an_analysis


def drawn(analysis: MatchAnalysis, told: Sequence[Line] = (FIGHT, BARON)) -> Axes:
    axes = Figure().add_subplot()
    draw_win_chance(axes, analysis, told)
    return axes


def test_the_axis_is_all_chances_whatever_the_game() -> None:
    assert drawn(an_analysis()).get_ylim() == (0, 1)


def test_a_dot_lies_where_a_turn_that_is_told_ended() -> None:
    assert [line for line in drawn(an_analysis(), told=(SWING,)).lines if line.get_marker() == "o"] == []
    dots = [line for line in drawn(an_analysis()).lines if line.get_marker() == "o"]
    ends = [(float(np.ravel(dot.get_xdata())[-1]), float(np.ravel(dot.get_ydata())[-1])) for dot in dots]
    assert ends == [pytest.approx((turn.until_s / 60, turn.after)) for turn in (FIGHT, BARON)]


def points(axes: Axes, colours: set[str]) -> set[tuple[float, float]]:
    """Those of the lines of these colours, to the thousandth."""
    lines = [line for line in axes.lines if line.get_color() in colours and line.get_marker() != "o"]
    return {
        (round(float(x), 3), round(float(y), 3))
        for line in lines
        for x, y in zip(np.ravel(line.get_xdata()), np.ravel(line.get_ydata()), strict=True)
    }


@pytest.mark.parametrize("colours", [{OWN}, {AHEAD, BEHIND}], ids=["the turns", "the course"])
def test_turns_are_drawn_and_the_course_goes_through_them(colours: set[str]) -> None:
    """Minutes are too far apart to show them."""
    found = points(drawn(an_analysis()), colours)
    for turn in (FIGHT, BARON):
        assert (round(turn.time_s / 60, 3), turn.before) in found
        assert (round(turn.until_s / 60, 3), turn.after) in found


def test_the_key_explains_dots_only_where_there_are_some() -> None:
    axes = Figure().add_subplot()
    keys = [[label for _handle, label in draw_win_chance(axes, an_analysis(), told)] for told in ((FIGHT,), (SWING,))]
    assert keys == [["key moments", "likely range"], ["likely range"]]
