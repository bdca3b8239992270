"""The panel of the win chance, by what lies on its axes."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from src.adapters.charts.win_panel import draw_win_chance
from src.core.domain.analysis import MatchAnalysis
from tests.fakes.analyses import BARON, FIGHT, an_analysis


def drawn(analysis: MatchAnalysis) -> Axes:
    axes = Figure().add_subplot()
    draw_win_chance(axes, analysis)
    return axes


def test_the_axis_is_all_chances_whatever_the_game() -> None:
    assert drawn(an_analysis()).get_ylim() == (0, 1)


def test_a_dot_lies_where_a_turn_ended() -> None:
    dots = [line for line in drawn(an_analysis()).lines if line.get_marker() == "o"]
    ends = [(float(np.ravel(dot.get_xdata())[-1]), float(np.ravel(dot.get_ydata())[-1])) for dot in dots]
    assert ends == [pytest.approx((turn.until_s / 60, turn.after)) for turn in (FIGHT, BARON)]


def test_the_line_goes_through_its_turns() -> None:
    """Minutes are too far apart to show them."""
    points: set[tuple[float, float]] = set()
    for line in drawn(an_analysis()).lines:
        if line.get_marker() != "o":
            xs, ys = np.ravel(line.get_xdata()), np.ravel(line.get_ydata())
            points |= {(round(float(x), 3), round(float(y), 3)) for x, y in zip(xs, ys, strict=True)}
    for turn in (FIGHT, BARON):
        assert (round(turn.time_s / 60, 3), turn.before) in points
        assert (round(turn.until_s / 60, 3), turn.after) in points


def test_the_legend_explains_dots_only_where_there_are_some() -> None:
    axes = Figure().add_subplot()
    assert [label for _handle, label in draw_win_chance(axes, an_analysis())] == ["biggest swings"]
    assert draw_win_chance(axes, an_analysis(turns=())) == []
