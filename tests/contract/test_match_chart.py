"""What holds of every chart of a match."""

import pytest

from src.adapters.charts import MatplotlibMatchChart
from src.core.domain.analysis import GoldPoint
from src.core.domain.match import Outcome
from src.core.ports.match_chart import MatchChart
from tests.fakes.analyses import an_analysis
from tests.fakes.match_chart import FakeMatchChart

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(params=[FakeMatchChart, MatplotlibMatchChart])
def chart(request: pytest.FixtureRequest) -> MatchChart:
    drawer: MatchChart = request.param()
    return drawer


def test_an_analysis_with_gold_becomes_a_png(chart: MatchChart) -> None:
    picture = chart.draw(an_analysis())
    assert picture is not None
    assert picture.startswith(PNG)


def test_two_teams_without_lanes_have_a_picture_too(chart: MatchChart) -> None:
    gold = tuple(point.model_copy(update={"lane": None}) for point in an_analysis().gold)
    assert chart.draw(an_analysis(gold=gold)) is not None


@pytest.mark.parametrize(
    "gold",
    [
        (),
        (GoldPoint(time_s=0.0, team=0, lane=0),),
        (GoldPoint(time_s=0.0, team=0, lane=None), GoldPoint(time_s=60.0, team=0, lane=None)),
    ],
)
def test_nothing_to_draw_is_none(chart: MatchChart, gold: tuple[GoldPoint, ...]) -> None:
    assert chart.draw(an_analysis(gold=gold)) is None


def test_a_remake_has_no_picture(chart: MatchChart) -> None:
    assert chart.draw(an_analysis(outcome=Outcome.REMAKE)) is None
