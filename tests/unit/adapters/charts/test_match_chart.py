import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from src.adapters.charts import MatplotlibMatchChart
from src.adapters.charts.gold_panel import in_thousands
from src.adapters.charts.look import with_crossings
from src.core.domain.analysis import GoldPoint, MatchAnalysis
from tests.fakes.analyses import an_analysis


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
    parts = chunks(drawn(an_analysis()))
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    assert (width, height) == (1000, 880)
    assert len(parts[b"IDAT"]) == height * (1 + 4 * width)
    assert parts[b"IEND"] == b""


def test_a_game_without_a_win_chance_has_the_gold_alone() -> None:
    parts = chunks(drawn(an_analysis(win=(), turns=())))
    assert struct.unpack(">II", parts[b"IHDR"][:8]) == (1000, 560)


def test_the_win_chance_its_range_and_its_turns_are_drawn() -> None:
    analysis = an_analysis()
    surer = tuple(point.model_copy(update={"low": point.own, "high": point.own}) for point in analysis.win)
    even = tuple(point.model_copy(update={"own": 0.5}) for point in analysis.win)
    pictures = {drawn(one) for one in (analysis, an_analysis(win=surer), an_analysis(win=even), an_analysis(turns=()))}
    assert len(pictures) == 4


def test_the_picture_is_small() -> None:
    assert len(drawn(an_analysis())) < 200_000


def test_the_same_analysis_gives_the_same_bytes() -> None:
    assert drawn(an_analysis()) == drawn(an_analysis())


def test_threads_do_not_disturb_each_other() -> None:
    expected = drawn(an_analysis())
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: drawn(an_analysis()), range(6))) == {expected}


def test_names_are_not_drawn_so_no_glyph_can_be_missing() -> None:
    """A missing glyph is a warning, and warnings are errors here."""
    strange = an_analysis(player_name="히든싱어#한국", champion="$\\frac$", opponent_champion="ขผส", opponent_name="𓂀")
    assert drawn(strange) == drawn(an_analysis())


def test_the_marked_swing_changes_the_picture() -> None:
    assert drawn(an_analysis(observations=())) != drawn(an_analysis())


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
    drawn(an_analysis())

    def run() -> float:
        started = time.process_time()
        drawn(an_analysis())
        return time.process_time() - started

    assert min(run() for _ in range(3)) < 0.3
