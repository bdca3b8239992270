from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from src.core.domain.match import GameKind, Match, Outcome
from src.core.domain.timeline import Timeline
from src.core.domain.win_probability.curve import WinCurve, WinPoint, win_curve
from src.core.domain.win_probability.game import game_states
from src.core.domain.win_probability.model import predict
from src.core.domain.win_probability.scope import has_model
from src.core.errors import MalformedDocument
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story, arena, change_people
from tests.unit.core.domain.win_probability.games import Game, deeds, games, mirrored, read, real_games, told

SAME = 1e-9


def curve_of(game: Game) -> WinCurve:
    curve = win_curve(*game)
    assert curve is not None
    return curve


def without_frames(timeline: Timeline, *frames: int) -> Timeline:
    """The timeline without some of its frames."""
    kept = [index for index in range(len(timeline.frame_times)) if index not in frames]
    series = {
        number: type(one)(**{column: tuple(values[index] for index in kept) for column, values in one})
        for number, one in timeline.series.items()
    }
    times = tuple(timeline.frame_times[index] for index in kept)
    return timeline.model_copy(update={"frame_times": times, "series": series})


def ending(timeline: Timeline, *last_times: float) -> Timeline:
    """The timeline with other times of its last frames."""
    times = (*timeline.frame_times[: -len(last_times)], *last_times)
    return timeline.model_copy(update={"frame_times": times})


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({}, True),
        ({"queueId": 480, "gameMode": "SWIFTPLAY"}, True),
        ({"queueId": 4242}, True),
        ({"queueId": 900, "gameMode": "URF"}, False),
        ({"queueId": 900, "gameMode": "ARURF"}, False),
        ({"queueId": 1020, "gameMode": "ONEFORALL"}, False),
        ({"queueId": 1300, "gameMode": "NEXUSBLITZ", "mapId": 21}, False),
        ({"queueId": 1400, "gameMode": "ULTBOOK"}, False),
        ({"queueId": 950, "gameMode": "DOOMBOTSTEEMO"}, False),
        ({"gameMode": "A_MODE_TO_COME"}, False),
        ({"gameMode": "ARAM", "mapId": 12}, False),
        ({"mapId": 77}, False),
    ],
)
def test_the_model_knows_the_rift_with_ordinary_rules(info: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    match, timeline = read(Story(minutes=3).match(**info), Story(minutes=3).timeline())
    assert has_model(match) is expected
    assert (win_curve(match, timeline) is not None) is expected


def test_positions_are_not_needed() -> None:
    match, _ = read(change_people(Story(minutes=3).match(), teamPosition=""), Story(minutes=3).timeline())
    assert match.kind is GameKind.RIFT_NO_LANES
    assert has_model(match)


@pytest.mark.parametrize(
    "people",
    [
        {"gameEndedInEarlySurrender": True},
        {"puuid": lambda number: "BOT" if number == 8 else f"puuid-{number}"},
        {"teamId": lambda number: 100 if number <= 6 else 200},
        {"teamId": lambda number: 100 if number <= 5 else 300},
    ],
    ids=["a remake", "a bot", "six against four", "a team of another number"],
)
def test_the_model_knows_five_people_against_five_who_finish(people: dict[str, Any]) -> None:
    match, timeline = read(change_people(Story(minutes=3).match(), **people), Story(minutes=3).timeline())
    assert not has_model(match)
    assert win_curve(match, timeline) is None


def test_arena_has_no_model() -> None:
    assert not has_model(read(arena(Story(minutes=3).match()), Story(minutes=3).timeline())[0])


def test_there_is_no_curve_without_frames() -> None:
    match, timeline = told(Story(minutes=3))
    assert win_curve(match, timeline.model_copy(update={"frame_times": ()})) is None


def test_a_timeline_must_be_the_matchs_own() -> None:
    match, timeline = told(Story(minutes=3))
    with pytest.raises(MalformedDocument):
        win_curve(match, timeline.model_copy(update={"match_id": "EUW1_2"}))


def lasting(match: Match, duration_s: float) -> Match:
    """The match with another duration."""
    return match.model_copy(update={"duration_s": duration_s})


@pytest.mark.parametrize(("winner", "result"), [(100, 1.0), (200, 0.0)])
def test_a_game_has_a_point_a_minute_and_its_result_at_the_end(winner: int, result: float) -> None:
    match, timeline = told(Story(minutes=4, winner=winner).gain(1, 0, gold=400))
    points = curve_of((lasting(match, 205.0), ending(timeline, 205.678))).points
    assert [point.minute for point in points] == [0, 1, 2, 3, 3.43]
    assert points[-1] == WinPoint(minute=3.43, blue=result, low=result, high=result)
    assert all(0 < point.low < point.blue < point.high < 1 for point in points[:-1])


@pytest.mark.parametrize(
    ("last_times", "minutes"),
    [
        ((180.0, 240.0), [0, 1, 2, 3, 4.0]),
        ((180.0, 240.9), [0, 1, 2, 3, 4.01]),
        ((180.0, 239.9), [0, 1, 2, 3, 4.0]),
        ((180.0, 182.0), [0, 1, 2, 3.03]),
        ((180.0, 182.4), [0, 1, 2, 3, 3.04]),
        ((180.0, 180.1), [0, 1, 2, 3.0]),
    ],
)
def test_the_end_takes_the_place_of_its_minutes_point(last_times: tuple[float, float], minutes: list[float]) -> None:
    match, timeline = told(Story(minutes=4))
    game = (lasting(match, last_times[-1]), ending(timeline, *last_times))
    assert [point.minute for point in curve_of(game).points] == minutes


@pytest.mark.parametrize("last_s", [230.0, 250.0])
def test_a_last_frame_within_ten_seconds_of_the_duration_is_the_end(last_s: float) -> None:
    match, timeline = told(Story(minutes=4, winner=200))
    curve = curve_of((match, ending(timeline, last_s)))
    assert curve.points[-1] == WinPoint(minute=round(last_s / 60, 2), blue=0.0, low=0.0, high=0.0)
    assert curve.after(last_s) == 0


@pytest.mark.parametrize("last_s", [205.0, 229.99, 250.01])
def test_a_last_frame_farther_from_it_is_not(last_s: float) -> None:
    match, timeline = told(Story(minutes=4, winner=200).gain(1, 0, gold=400))
    curve = curve_of((match, ending(timeline, last_s)))
    assert [point.minute for point in curve.points] == [0, 1, 2, 3]
    assert curve.after(last_s) == curve.before(last_s) == curve.after(999) > 0.5


def test_a_timeline_that_stops_early_has_the_same_curve_as_far_as_it_goes() -> None:
    """And neither a result where it stops, nor a change of what happened in its last frame but the model's."""
    story = Story(minutes=8, winner=200).gain(1, 2, gold=900).kill(200, 1, 6).kill(300, 2, 7)
    match, timeline = told(story)
    whole, half = curve_of((match, timeline)), curve_of((match, without_frames(timeline, 6, 7, 8)))
    assert half.points == whole.points[:6]
    assert half.change(300, 300) == pytest.approx(whole.change(300, 300), abs=SAME)
    assert 0.5 < half.after(300) < 1


def test_an_aborted_game_has_no_result() -> None:
    story = Story(minutes=4).gain(1, 0, gold=400)
    game = read(story.match(endOfGameResult="Abort_Unexpected"), story.timeline())
    curve = curve_of(game)
    assert [point.minute for point in curve.points] == [0, 1, 2, 3, 4]
    assert 0 < curve.points[-1].low < curve.points[-1].blue < curve.points[-1].high < 1
    assert curve.after(240) == curve.before(240) == pytest.approx(curve.points[-1].blue, abs=1e-4)
    assert [point.minute for point in curve_of((game[0], ending(game[1], 215.0))).points] == [0, 1, 2, 3]


def test_a_game_that_both_sides_won_has_no_result() -> None:
    match, timeline = read(change_people(Story(minutes=4).match(), win=True), Story(minutes=4).timeline())
    assert 0 < curve_of((match, timeline)).points[-1].blue < 1


def test_a_minute_whose_frame_is_missing_or_late_has_no_point() -> None:
    match, timeline = told(Story(minutes=5))
    late = timeline.model_copy(update={"frame_times": (0.0, 60.5, 122.1, 182.0, 240.0, 270.0)})
    assert [point.minute for point in curve_of((lasting(match, 270.0), late)).points] == [0, 1, 3, 4, 4.5]
    assert [point.minute for point in curve_of((match, without_frames(timeline, 2))).points] == [0, 1, 3, 4, 5]


def test_of_two_frames_in_a_minutes_first_seconds_the_first_is_the_minutes() -> None:
    story = Story(minutes=4).gain(1, 4, gold=2000)
    match, timeline = read(story.match(endOfGameResult="Abort_Unexpected"), story.timeline())
    curve = curve_of((match, ending(timeline, 180.0, 181.5)))
    assert curve.points[-1].minute == 3
    assert curve.points[-1].blue == pytest.approx(curve.after(180), abs=1e-4)
    assert curve.after(180) < curve.after(181.5) - 0.001


def test_a_point_is_the_models_prediction_after_its_frame() -> None:
    game = told(Story(minutes=6).kill(180, 1, 6).kill(200, 2, 7))
    states = game_states(*game, [180.0])
    expected = predict(states)
    point = curve_of(game).points[3]
    assert point.minute == 3
    assert (point.low, point.blue, point.high) == tuple(
        round(float(side[0]), 4) for side in (expected.low, expected.blue, expected.high)
    )


def test_an_events_change_is_the_models_after_it_minus_before_it() -> None:
    game = told(Story(minutes=6).kill(200.125, 1, 6).building(220.5, 200))
    curve = curve_of(game)
    before = float(predict(game_states(*game, [200.125], before=True)).blue[0])
    after = float(predict(game_states(*game, [220.5])).blue[0])
    assert curve.before(200.125) == pytest.approx(before, abs=SAME)
    assert curve.after(220.5) == pytest.approx(after, abs=SAME)
    assert curve.change(200.125, 220.5) == pytest.approx(after - before, abs=SAME)


def test_between_two_moments_the_probability_is_linear() -> None:
    curve = curve_of(told(Story(minutes=6).gain(1, 4, gold=900).kill(200, 1, 6).kill(230, 1, 6)))
    start, end = curve.after(200), curve.before(230)
    assert start < end
    for time_s, share in ((200.001, 0), (207.5, 0.25), (215, 0.5), (229.999, 1)):
        assert curve.before(time_s) == curve.after(time_s) == pytest.approx(start + (end - start) * share, abs=1e-4)


def test_before_the_first_frame_and_past_the_end_nothing_changes() -> None:
    curve = curve_of(told(Story(minutes=6, winner=200)))
    assert curve.before(-5) == curve.after(-5) == curve.before(0)
    assert curve.after(360) == curve.after(900) == curve.before(900) == 0
    assert 0 < curve.before(360) < 1


def test_an_event_outside_the_frames_is_none_of_the_curves_moments() -> None:
    match, timeline = told(Story(minutes=6))
    stray = told(Story(minutes=6).kill(30, 1, 6).kill(359, 1, 6))[1].kills
    late = tuple(kill.model_copy(update={"time_s": kill.time_s + 10}) for kill in stray[1:])
    timeline = without_frames(timeline, 0).model_copy(update={"kills": (*stray[:1], *late)})
    curve = curve_of((match, timeline))
    assert curve.before(0) == curve.before(30) == curve.after(30) == curve.before(60)
    assert curve.change(369, 369) == 0


def test_curves_are_made_of_points_that_can_be_stored() -> None:
    points = curve_of(told(Story(minutes=4).kill(61, 1, 6))).points
    assert tuple(WinPoint.model_validate_json(point.model_dump_json()) for point in points) == points


@given(games())
def test_a_deed_never_lowers_the_probability_of_the_side_that_did_it(game: Game) -> None:
    assert_deeds_help(game)


def assert_deeds_help(game: Game) -> None:
    """Deeds of both sides at one moment may outweigh each other; at the end there is the result."""
    curve, end_s = curve_of(game), game[1].frame_times[-1]
    sides: dict[float, set[int]] = {}
    for time_s, side in deeds(game):
        sides.setdefault(time_s, set()).add(side)
    for time_s, (side, *others) in sides.items():
        if not others and time_s < end_s:
            assert curve.change(time_s, time_s) * side >= -SAME


@given(games())
def test_with_the_sides_swapped_the_curve_is_turned_over(game: Game) -> None:
    """But for what the side itself is worth: a level game's distance from one half, on either side of it."""
    curve, mirror = curve_of(game), curve_of(mirrored(game))
    side = abs(curve.points[0].blue + mirror.points[0].blue - 1)
    for point, turned in zip(curve.points, mirror.points, strict=True):
        assert point.minute == turned.minute
        assert point.blue + turned.blue == pytest.approx(1, abs=side + 0.001)
        assert point.low + turned.high == pytest.approx(1, abs=side + 0.001)


@given(games(), st.data())
def test_changes_add_up(game: Game, data: st.DataObject) -> None:
    """From one moment to the last: the sum of what each moment and the time between two moments changed."""
    curve = curve_of(game)
    moments = sorted({*game[1].frame_times, *(time_s for time_s, _ in deeds(game))})
    first = data.draw(st.integers(0, len(moments) - 1))
    at_moments = sum(curve.change(time_s, time_s) for time_s in moments[first:])
    between = sum(curve.before(until) - curve.after(since) for since, until in pairwise(moments[first:]))
    assert at_moments + between == pytest.approx(curve.change(moments[first], moments[-1]), abs=SAME)


@given(games(), st.integers(1, 12 * 60_000 - 1))
def test_every_probability_is_one(game: Game, at_ms: int) -> None:
    curve = curve_of(game)
    for point in curve.points:
        assert 0 <= point.low <= point.blue <= point.high <= 1
    assert 0 < curve.before(at_ms / 1000) < 1
    assert 0 < curve.after(at_ms / 1000) < 1


@given(games())
def test_no_step_without_a_deed(game: Game) -> None:
    curve = curve_of(game)
    done = {time_s for time_s, _ in deeds(game)}
    quiet = [time_s for time_s in game[1].frame_times[:-1] if time_s not in done]
    assume(quiet)
    for time_s in quiet:
        assert curve.change(time_s, time_s) == pytest.approx(0, abs=SAME)


@needs_real_documents
def test_every_real_game_has_a_curve_or_no_model() -> None:
    for match, timeline in real_games():
        curve = win_curve(match, timeline)
        assert (curve is not None) == has_model(match)
        if curve is not None:
            assert_curve_is_sound(match, timeline, curve)


def assert_curve_is_sound(match: Match, timeline: Timeline, curve: WinCurve) -> None:
    assert_deeds_help((match, timeline))
    assert curve.points[0].minute == 0
    assert curve.points[0].blue == pytest.approx(0.5, abs=0.05)
    assert all(one.minute < following.minute for one, following in pairwise(curve.points))
    won = {one.team_id for one in match.participants if one.outcome is Outcome.WIN}
    if match.is_aborted:
        assert 0 < curve.points[-1].blue < 1
    else:
        assert curve.points[-1].blue == curve.after(timeline.frame_times[-1]) == (100 in won)
        assert curve.points[-1].minute == pytest.approx(match.duration_s / 60, abs=0.05)


@needs_real_documents
def test_real_winners_were_ahead_at_the_last_full_minute() -> None:
    last = [
        (curve.points[-2].blue > 0.5) == (curve.points[-1].blue == 1)
        for match, timeline in real_games()
        if not match.is_aborted and (curve := win_curve(match, timeline)) is not None
    ]
    assert len(last) > 60
    assert sum(last) / len(last) > 0.9


@needs_real_documents
def test_real_games_without_a_model_are_those_with_other_rules() -> None:
    """URF, two of co-op against bots and one more, a remake; and all that is not on the Rift."""
    kinds = {GameKind.RIFT, GameKind.RIFT_NO_LANES}
    without = [match for match, _ in real_games() if match.kind in kinds and not has_model(match)]
    assert sorted(match.queue_id for match in without if not match.is_remake) == [840, 840, 850, 900]
    assert sum(match.is_remake for match in without) == 1
    assert not any(has_model(match) for match, _ in real_games() if match.kind not in kinds)
