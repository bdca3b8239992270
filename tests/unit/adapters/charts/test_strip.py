"""The strip, by what lies on it."""

import pytest
from matplotlib.text import Text

from src.adapters.charts.sheet import Sheet
from src.adapters.charts.strip import draw_strip, strip_height
from src.core.domain.analysis import MatchAnalysis, OwnMoment, Part, Taken, TimedTaking
from src.core.domain.objectives import Objective
from tests.fakes.analyses import an_analysis


def taking(minute: float, objective: Objective, *, is_own: bool = True) -> TimedTaking:
    return TimedTaking(time_s=60 * minute, taken=Taken(objective=objective, is_own=is_own, is_soul=False))


OURS = taking(6, Objective.DRAGON)
THEIRS = taking(25, Objective.BARON, is_own=False)
TOWER = taking(14, Objective.TOWER)
DEATH = OwnMoment(time_s=300.0, part=Part.DIED)


def written(analysis: MatchAnalysis) -> tuple[Sheet, dict[str, Text]]:
    sheet = Sheet(strip_height(analysis), 1860.0)
    draw_strip(sheet, analysis, 0.0)
    return sheet, {text.get_text(): text for text in sheet.ink.texts}


def test_a_letter_lies_at_its_time() -> None:
    sheet, texts = written(an_analysis(takings=(OURS, THEIRS)))
    assert texts["D"].get_position()[0] == pytest.approx(sheet.x(360.0))
    assert texts["B"].get_position()[0] == pytest.approx(sheet.x(1500.0))


def test_the_own_teams_is_above_the_player_and_the_enemys_below() -> None:
    """So that no colour is needed to tell them apart."""
    _sheet, texts = written(an_analysis(takings=(OURS, THEIRS), own_moments=(DEATH,)))
    heights = {text: label.get_position()[1] for text, label in texts.items()}
    assert heights["D"] == heights["team"] < heights["you"] < heights["enemy"] == heights["B"]


@pytest.mark.parametrize("takings", [(OURS,), (THEIRS,), (TOWER,)])
def test_a_team_that_took_nothing_has_its_row_all_the_same(takings: tuple[TimedTaking, ...]) -> None:
    _sheet, texts = written(an_analysis(takings=takings))
    assert {"team", "you", "enemy"} <= texts.keys()


def test_only_rows_with_something_in_them_take_room() -> None:
    heights = [strip_height(an_analysis(takings=takings)) for takings in ((TOWER,), (OURS,), (OURS, TOWER))]
    assert heights == sorted(set(heights))
    assert strip_height(an_analysis(own_moments=(DEATH,))) < heights[0]
    assert strip_height(an_analysis()) == 0


def test_towers_of_a_rush_are_one_with_their_number() -> None:
    rush = tuple(taking(29 + n / 10, Objective.TOWER) for n in range(4))
    assert "4" in written(an_analysis(takings=rush))[1]


def test_what_comes_after_the_last_frame_lies_at_the_end() -> None:
    sheet = Sheet(100.0, 600.0)
    assert sheet.x(700.0) == sheet.x(600.0)
