"""What holds of every gold chart."""

import pytest

from src.adapters.charts import MatplotlibGoldChart
from src.core.domain.analysis import GoldPoint
from src.core.domain.match import Outcome
from src.core.ports.gold_chart import GoldChart
from tests.fakes.analyses import an_analysis
from tests.fakes.gold_chart import FakeGoldChart

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(params=[FakeGoldChart, MatplotlibGoldChart])
def chart(request: pytest.FixtureRequest) -> GoldChart:
    drawer: GoldChart = request.param()
    return drawer


def test_an_analysis_with_gold_becomes_a_png(chart: GoldChart) -> None:
    picture = chart.draw(an_analysis())
    assert picture is not None
    assert picture.startswith(PNG)


def test_two_teams_without_lanes_have_a_picture_too(chart: GoldChart) -> None:
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
def test_nothing_to_draw_is_none(chart: GoldChart, gold: tuple[GoldPoint, ...]) -> None:
    assert chart.draw(an_analysis(gold=gold)) is None


def test_a_remake_has_no_picture(chart: GoldChart) -> None:
    assert chart.draw(an_analysis(outcome=Outcome.REMAKE)) is None
