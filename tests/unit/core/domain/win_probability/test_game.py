from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from src.core.domain.match import GameKind, Match
from src.core.domain.timeline import ParticipantSeries, Timeline
from src.core.domain.win_probability.game import game_states
from src.core.domain.win_probability.state import FEATURES, GameStates
from src.core.errors import MalformedDocument
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Story
from tests.unit.core.domain.win_probability.games import (
    MINUTES,
    Game,
    deeds,
    games,
    mirrored,
    real_games,
    told,
)

Numbers = NDArray[np.float64]
MOMENTS = st.lists(st.integers(0, MINUTES * 60_000).map(lambda at_ms: at_ms / 1000), min_size=1, max_size=30)
READ_FROM_FRAMES = ("gold", "xp", "levels", "lane_cs", "jungle_cs")
COLUMNS = ("total_gold", "xp", "level", "lane_minions", "jungle_monsters")


def of(states: GameStates, feature: str) -> list[float]:
    values: list[float] = states.difference[:, FEATURES.index(feature)].tolist()
    return values


def gold(states: GameStates) -> tuple[Numbers, Numbers]:
    """Blue's and red's."""
    difference = states.difference[:, FEATURES.index("gold")]
    return (states.total_gold + difference) / 2, (states.total_gold - difference) / 2


def sums(match: Match, timeline: Timeline, team: int, column: str) -> list[int]:
    """A team's total at each frame."""
    series = [timeline.series[one.participant_id] for one in match.participants if one.team_id == team]
    rows: Any = [getattr(one, column) for one in series]
    return [sum(values) for values in zip(*rows, strict=True)]


def test_a_state_has_its_moment_its_patch_and_every_feature() -> None:
    states = game_states(*told(Story(minutes=3)), [150.0, 30.0])
    assert states.patch == "15.4"
    assert states.time_s.tolist() == [150.0, 30.0]
    assert states.total_gold.tolist() == [12_500.0, 6_500.0]
    assert states.difference.tolist() == [[0.0] * len(FEATURES)] * 2


def test_no_moments_have_no_states() -> None:
    states = game_states(*told(Story(minutes=3)), [])
    assert states.total_gold.shape == (0,)
    assert states.difference.shape == (0, len(FEATURES))


def test_a_kill_is_its_killers_sides_and_an_execution_nobodys() -> None:
    story = Story(minutes=3).kill(61, 1, 6).kill(70, 7, 2).kill(80, 8, 3).kill(90, 0, 4)
    assert of(game_states(*told(story), [60, 61, 70, 80, 90]), "kills") == [0, 1, 0, -1, -1]


def test_what_happens_at_a_moment_counts_from_then_on() -> None:
    game = told(Story(minutes=3).kill(61, 1, 6).building(61, 200).monster(61, "HORDE", 2))
    for feature in ("kills", "towers", "grubs"):
        assert of(game_states(*game, [60.999, 61, 61.001]), feature) == [0, 1, 1]
        assert of(game_states(*game, [60.999, 61, 61.001], before=True), feature) == [0, 0, 1]


def test_a_building_is_taken_by_the_side_that_did_not_lose_it() -> None:
    story = Story(minutes=3).building(70, 200).building(80, 100, "INHIBITOR_BUILDING").building(90, 100)
    story.building(100, 200, tower="NEXUS_TURRET").building(110, 200, "SHRINE").building(120, 300)
    states = game_states(*told(story), [70, 80, 90, 100, 110, 120])
    assert of(states, "towers") == [1, 1, 0, 1, 1, 1]
    assert of(states, "inhibitors") == [0, -1, -1, -1, -1, -1]


@pytest.mark.parametrize(
    ("monster", "subtype", "feature"),
    [
        ("DRAGON", "HEXTECH_DRAGON", "dragons"),
        ("DRAGON", "", "dragons"),
        ("DRAGON", "ELDER_DRAGON", "elders"),
        ("RIFTHERALD", "", "heralds"),
        ("HORDE", "", "grubs"),
        ("BARON_NASHOR", "", "barons"),
    ],
)
def test_a_monster_is_of_its_kind_and_nobodys_is_not_counted(monster: str, subtype: str, feature: str) -> None:
    story = Story(minutes=3)
    for at_s, killer in ((70, 1), (80, 6), (90, 7), (100, 0)):
        story.monster(at_s, monster, killer, subtype=subtype)
    states = game_states(*told(story), [70, 80, 90, 100])
    assert of(states, feature) == [1, 0, -1, -1]
    others = [name for name in FEATURES if name not in {feature, "gold"}]
    assert [of(states, name) for name in others] == [[0] * 4] * len(others)


def test_a_monster_that_is_not_known_counts_for_nothing() -> None:
    """Atakhan is one of them, but for what he pays."""
    states = game_states(*told(Story(minutes=3).monster(70, "ATAKHAN", 1).monster(80, "GREAT_WORM", 1)), [100])
    assert of(states, "gold") == [80]
    assert not states.difference[:, 1:].any()


def test_the_fourth_dragon_brings_a_soul_and_the_fifth_no_other() -> None:
    story = Story(minutes=9)
    for minute in range(1, 4):
        story.monster(60 * minute, "DRAGON", 1, subtype="FIRE_DRAGON")
    story.monster(200, "DRAGON", 1, subtype="ELDER_DRAGON").monster(210, "DRAGON", 6, subtype="AIR_DRAGON")
    story.monster(240, "DRAGON", 1, subtype="AIR_DRAGON").monster(250, "DRAGON", 1, subtype="ELDER_DRAGON")
    story.monster(300, "DRAGON", 1, subtype="AIR_DRAGON")
    match, timeline = told(story)
    backwards = timeline.model_copy(update={"monsters": timeline.monsters[::-1]})
    states, same = (game_states(match, one, [180, 200, 210, 240, 250, 300]) for one in (timeline, backwards))
    assert of(same, "souls") == of(states, "souls")
    assert of(states, "dragons") == [3, 3, 2, 3, 3, 4]
    assert of(states, "souls") == [0, 0, 0, 1, 1, 1]
    assert of(states, "elders") == [0, 1, 1, 1, 2, 2]


def test_a_kill_pays_at_once_and_the_rest_comes_evenly() -> None:
    """Each side earns 1,500 a minute; of blue's, 300 at 1:15 are a kill's and 1,200 come by time."""
    states = game_states(*told(Story(minutes=3).kill(75, 1, 6)), [60, 74.999, 75, 90, 120])
    blue, red = gold(states)
    assert blue == pytest.approx([4000, 4000 + 1200 * 14.999 / 60, 4600, 4900, 5500])
    assert red == pytest.approx([4000, 4000 + 1500 * 14.999 / 60, 4375, 4750, 5500])


def test_a_shutdown_is_paid_too() -> None:
    story = Story(minutes=3).kill(90, 7, 2)
    story.events[0]["shutdownBounty"] = 400
    game = told(story)
    step = gold(game_states(*game, [90]))[1] - gold(game_states(*game, [90], before=True))[1]
    assert step == pytest.approx([700])


@pytest.mark.parametrize(
    ("story", "paid"),
    [
        (Story(minutes=3).kill(90, 7, 2, assists=(8, 9)), 450),
        (Story(minutes=3).monster(90, "BARON_NASHOR", 7), 1500),
        (Story(minutes=3).monster(90, "DRAGON", 7, subtype="ELDER_DRAGON"), 1250),
        (Story(minutes=3).monster(90, "DRAGON", 7, subtype="AIR_DRAGON"), 0),
        (Story(minutes=3).monster(90, "ATAKHAN", 7), 240),
        (Story(minutes=3).monster(90, "RIFTHERALD", 7), 80),
        (Story(minutes=3).monster(90, "BARON_NASHOR", 0), 0),
        (Story(minutes=3).building(90, lost_by=100), 540),
        (Story(minutes=3).building(90, lost_by=100, tower="INNER_TURRET"), 720),
        (Story(minutes=3).building(90, lost_by=100, tower="BASE_TURRET"), 410),
        (Story(minutes=3).building(90, lost_by=100, tower="NEXUS_TURRET"), 240),
        (Story(minutes=3).building(90, lost_by=100, tower="SKY_TURRET"), 0),
        (Story(minutes=3).building(90, lost_by=100, kind="INHIBITOR_BUILDING"), 50),
    ],
)
def test_objectives_and_help_pay_at_once_too(story: Story, paid: float) -> None:
    game = told(story)
    after, before = (gold(game_states(*game, [90], before=before)) for before in (False, True))
    assert (after[1] - before[1]).tolist() == pytest.approx([paid])
    assert (after[0] - before[0]).tolist() == pytest.approx([0])


def test_kills_that_paid_more_than_was_gained_share_the_gain() -> None:
    """Blue earns 1,500 in the minute, and its kills pay 750 and 2,250."""
    story = Story(minutes=3).kill(75, 1, 6).kill(90, 2, 7)
    story.events[0]["bounty"], story.events[1]["bounty"] = 750, 2250
    blue, _ = gold(game_states(*told(story), [60, 74, 75, 89, 90, 119, 120]))
    assert blue.tolist() == [4000, 4000, 4375, 4375, 5500, 5500, 5500]


def test_a_kill_at_a_frames_very_moment_belongs_to_the_minute_that_ends() -> None:
    game = told(Story(minutes=3).kill(120, 1, 6))
    assert gold(game_states(*game, [120]))[0].tolist() == [5500]
    assert gold(game_states(*game, [120], before=True))[0].tolist() == [5200]
    assert gold(game_states(*game, [150]))[0].tolist() == [6250]


def test_gold_that_falls_falls_evenly() -> None:
    """No game takes gold away, but a document may."""
    blue, _ = gold(game_states(*told(Story(minutes=2).gain(1, 2, gold=-2000).kill(75, 1, 6)), [60, 75, 90, 120]))
    assert blue.tolist() == [4000, 3875, 3750, 3500]


def test_experience_levels_and_cs_are_linear_between_frames() -> None:
    match, timeline = told(Story(minutes=3).gain(1, 2, xp=300, minions=12))
    grown = timeline.series[1].model_copy(update={"level": (1, 1, 3, 3), "jungle_monsters": (0, 4, 8, 8)})
    timeline = timeline.model_copy(update={"series": timeline.series | {1: grown}})
    states = game_states(match, timeline, [0, 60, 75, 120, 150])
    assert of(states, "xp") == [0, 0, 75, 300, 300]
    assert of(states, "lane_cs") == [0, 0, 3, 12, 12]
    assert of(states, "levels") == [0, 0, 0.25, 1, 1]
    assert of(states, "jungle_cs") == [0, 4, 5, 8, 8]


def test_outside_the_frames_the_nearer_one_holds() -> None:
    match, timeline = told(Story(minutes=3).kill(30, 1, 6).kill(90, 1, 6).kill(170, 1, 6))
    cut = {
        number: ParticipantSeries(**{column: values[1:3] for column, values in series})
        for number, series in timeline.series.items()
    }
    timeline = timeline.model_copy(update={"frame_times": timeline.frame_times[1:3], "series": cut})
    states = game_states(match, timeline, [0, 60, 120, 1000])
    assert gold(states)[0].tolist() == [4000, 4000, 5500, 5500]
    assert of(states, "kills") == [0, 1, 2, 3]


def test_one_frame_is_enough() -> None:
    states = game_states(*told(Story(minutes=0)), [0, 10])
    assert states.total_gold.tolist() == [5000, 5000]


def test_a_timeline_must_be_the_matchs_own_and_whole() -> None:
    match, timeline = told(Story(minutes=2))
    others = {number: series for number, series in timeline.series.items() if number != 4}
    for update, complaint in (
        ({"match_id": "EUW1_2"}, "belongs to another match"),
        ({"frame_times": ()}, "has no frames"),
        ({"series": others}, "lacks a participant"),
    ):
        with pytest.raises(MalformedDocument, match=complaint):
            game_states(match, timeline.model_copy(update=update), [0])


@given(game=games(), times=MOMENTS, before=st.booleans())
def test_gold_never_falls_and_stays_between_the_frames(game: Game, times: list[float], *, before: bool) -> None:
    match, timeline = game
    times.sort()
    for team, mine in zip((100, 200), gold(game_states(match, timeline, times, before=before)), strict=True):
        frames = sums(match, timeline, team, "total_gold")
        following = np.searchsorted(timeline.frame_times, times, side="left")
        assert np.all(np.diff(mine) >= -1e-6)
        assert np.all(mine >= np.take(frames, np.maximum(following - 1, 0)) - 1e-6)
        assert np.all(mine <= np.take(frames, following) + 1e-6)


@given(games())
def test_at_the_frames_every_number_is_the_frames(game: Game) -> None:
    assert_frames_hold(game)


def assert_frames_hold(game: Game) -> None:
    match, timeline = game
    states = game_states(match, timeline, timeline.frame_times)
    blue, red = ({column: sums(match, timeline, team, column) for column in COLUMNS} for team in (100, 200))
    assert states.total_gold.tolist() == [a + b for a, b in zip(blue["total_gold"], red["total_gold"], strict=True)]
    for feature, column in zip(READ_FROM_FRAMES, COLUMNS, strict=True):
        assert of(states, feature) == [a - b for a, b in zip(blue[column], red[column], strict=True)]


@given(game=games(), times=MOMENTS, before=st.booleans())
def test_with_the_sides_swapped_every_difference_is_the_opposite(
    game: Game, times: list[float], *, before: bool
) -> None:  # fmt: skip
    states = game_states(*game, times, before=before)
    mirror = game_states(*mirrored(game), times, before=before)
    assert mirror.total_gold.tolist() == states.total_gold.tolist()
    assert mirror.difference.tolist() == (-states.difference).tolist()


@given(games(), MOMENTS)
def test_the_order_of_moments_does_not_matter(game: Game, times: list[float]) -> None:
    forwards, backwards = (game_states(*game, moments) for moments in (times, times[::-1]))
    assert backwards.total_gold[::-1].tolist() == forwards.total_gold.tolist()
    assert backwards.difference[::-1].tolist() == forwards.difference.tolist()


@given(games(), MOMENTS)
def test_the_order_of_events_does_not_matter(game: Game, times: list[float]) -> None:
    match, timeline = game
    backwards = {name: getattr(timeline, name)[::-1] for name in ("kills", "monsters", "buildings")}
    states, same = (game_states(match, t, times) for t in (timeline, timeline.model_copy(update=backwards)))
    assert same.total_gold.tolist() == states.total_gold.tolist()
    assert same.difference.tolist() == states.difference.tolist()


@given(games())
def test_a_deed_is_a_step_of_its_side_and_nothing_else_is_a_step(game: Game) -> None:
    assert_steps_are_deeds(game)


def assert_steps_are_deeds(game: Game) -> None:
    times = sorted({*game[1].frame_times, *(time_s for time_s, _ in deeds(game))})
    before, after = (game_states(*game, times, before=early) for early in (True, False))
    steps = after.difference - before.difference
    for row, time_s in enumerate(times):
        sides = {side for at_s, side in deeds(game) if at_s == time_s}
        if not sides:
            assert np.allclose(steps[row], 0, atol=1e-6)
        elif len(sides) == 1:
            assert np.all(steps[row] * sides.pop() >= -1e-6)
    for name in ("xp", "levels", "lane_cs", "jungle_cs"):
        assert not steps[:, FEATURES.index(name)].any()


@given(games(), MOMENTS)
def test_before_a_moment_is_where_the_time_until_then_leads(game: Game, times: Sequence[float]) -> None:
    before = game_states(*game, times, before=True)
    moments = np.asarray(times)
    shortly = game_states(*game, (moments - 1e-7).tolist())
    inside = moments > 0
    assert np.allclose(before.difference[inside], shortly.difference[inside], atol=1e-2)


@needs_real_documents
def test_real_games_are_read_exactly_at_their_frames_and_events() -> None:
    for game in _on_the_rift():
        assert_frames_hold(game)
        assert_steps_are_deeds(game)


@needs_real_documents
def test_real_games_have_the_kills_that_their_players_have() -> None:
    for match, timeline in _on_the_rift():
        end = game_states(match, timeline, [timeline.frame_times[-1]])
        blue, red = (sum(one.kills for one in match.participants if one.team_id == team) for team in (100, 200))
        assert of(end, "kills") == [blue - red]


def _on_the_rift() -> list[Game]:
    found = [game for game in real_games() if game[0].kind in {GameKind.RIFT, GameKind.RIFT_NO_LANES}]
    assert found
    return found
