import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pytest

from src.adapters.charts import MatplotlibMatchChart
from src.adapters.charts.gold_panel import in_thousands
from src.adapters.charts.look import with_crossings
from src.core.domain.analysis import GoldPoint, MatchAnalysis, OwnMoment, Part, Taken, TimedTaking
from src.core.domain.objectives import Objective
from tests.fakes.analyses import FOR_GOOD, SWING, an_analysis

ALONE: Final[dict[str, Any]] = {"win": (), "turns": ()}
MARKED: Final = an_analysis(
    takings=tuple(
        TimedTaking(time_s=100.0 * n, taken=Taken(objective=objective, is_own=n % 3 > 0, is_soul=n == 24))
        for n, objective in enumerate((*Objective, *Objective, Objective.DRAGON, Objective.TOWER, Objective.DRAGON))
    ),
    own_moments=tuple(OwnMoment(time_s=90.0 * n, part=part) for n, part in enumerate((*Part, *Part, *Part))),
)
"""With every sign there is."""


def size(parts: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    return width, height


def drawn(analysis: MatchAnalysis) -> bytes:
    picture = MatplotlibMatchChart().draw(analysis)
    assert picture is not None
    return picture


def chunks(png: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG by type; its data chunks joined and unpacked."""
    found: dict[bytes, bytes] = {}
    offset = 8
    while offset < len(png):
        size, kind = struct.unpack(">I4s", png[offset : offset + 8])
        found[kind] = found.get(kind, b"") + png[offset + 8 : offset + 8 + size]
        offset += 12 + size
    found[b"IDAT"] = zlib.decompress(found[b"IDAT"])
    return found


def test_the_picture_is_wide_enough_and_whole() -> None:
    parts = chunks(drawn(MARKED))
    width, height = size(parts)
    assert width == 1000
    assert 700 < height <= 900
    assert len(parts[b"IDAT"]) == height * (1 + 4 * width)
    assert parts[b"IEND"] == b""


def test_a_picture_is_as_high_as_there_is_to_show() -> None:
    """Without a win chance a panel is missing; without anything taken or done, the strip and its legend."""
    pictures = (MARKED, an_analysis(), MARKED.model_copy(update=ALONE), an_analysis(**ALONE))
    heights = [size(chunks(drawn(one)))[1] for one in pictures]
    assert heights[0] > max(heights[1:3])
    assert min(heights[1:3]) > heights[3] > 400


def test_what_was_taken_and_what_the_player_did_are_drawn() -> None:
    pictures = {
        drawn(MARKED),
        drawn(MARKED.model_copy(update={"own_moments": MARKED.own_moments[:2]})),
        drawn(MARKED.model_copy(update={"takings": MARKED.takings[:2]})),
    }
    assert len(pictures) == 3


def test_the_win_chance_its_range_and_its_turns_are_drawn() -> None:
    analysis = an_analysis()
    surer = tuple(point.model_copy(update={"low": point.own, "high": point.own}) for point in analysis.win)
    even = tuple(point.model_copy(update={"own": 0.5}) for point in analysis.win)
    pictures = {drawn(one) for one in (analysis, an_analysis(win=surer), an_analysis(win=even), an_analysis(turns=()))}
    assert len(pictures) == 4


def test_the_picture_is_small() -> None:
    assert len(drawn(MARKED)) < 200_000


def test_the_same_analysis_gives_the_same_bytes() -> None:
    assert drawn(MARKED) == drawn(MARKED)


def test_threads_do_not_disturb_each_other() -> None:
    expected = drawn(an_analysis())
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: drawn(an_analysis()), range(6))) == {expected}


def test_names_are_not_drawn_so_no_glyph_can_be_missing() -> None:
    """A missing glyph is a warning, and warnings are errors here."""
    strange = an_analysis(player_name="히든싱어#한국", champion="$\\frac$", opponent_champion="ขผส")
    assert drawn(strange) == drawn(an_analysis())


def test_the_swing_is_marked_where_the_text_tells_it() -> None:
    """Elsewhere the band would be of minutes that nobody has heard of."""
    assert drawn(an_analysis(observations=())) != drawn(an_analysis())
    turn = FOR_GOOD.model_copy(update={"time_s": 1300.0, "until_s": 1320.0})
    told, untold = (drawn(an_analysis(turns=(turn,), observations=seen)) for seen in ((), (SWING,)))
    assert told == untold


@pytest.mark.parametrize(
    "gold",
    [
        [0, 100],
        [0, -5],
        [0, 40_000, -40_000, 0],
        [500, 500, 500],
        [-1] * 100,
    ],
)
def test_any_course_of_a_game_can_be_drawn(gold: list[int]) -> None:
    points = tuple(GoldPoint(time_s=60.0 * n, team=team, lane=-team) for n, team in enumerate(gold))
    drawn(an_analysis(gold=points))


def test_a_game_of_seconds_can_be_drawn() -> None:
    points = (GoldPoint(time_s=0.0, team=0, lane=0), GoldPoint(time_s=7.5, team=30, lane=None))
    drawn(an_analysis(gold=points))


def test_the_line_changes_colour_exactly_on_zero() -> None:
    minutes, gold = with_crossings(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 300.0, -100.0, -100.0]))
    assert minutes.tolist() == [0, 1, 1.75, 2, 3]
    assert gold.tolist() == [0, 300, 0, -100, -100]
    assert all(before * after >= 0 for before, after in pairwise(gold))


@pytest.mark.parametrize(
    ("gold", "label"), [(0, "0"), (2000, "+2k"), (-500, "\u22120.5k"), (12_500, "+12.5k"), (-20_000, "\u221220k")]
)
def test_the_axis_counts_in_thousands(gold: float, label: str) -> None:
    assert in_thousands(gold) == label


def test_a_picture_takes_less_than_300_ms() -> None:
    """The fastest of three, in CPU time, after the first: the machine may be busy, the code may not."""
    drawn(MARKED)

    def run() -> float:
        started = time.process_time()
        drawn(MARKED)
        return time.process_time() - started

    assert min(run() for _ in range(3)) < 0.3
