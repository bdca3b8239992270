"""Each observation, alone and among the others. Hand-made games; real ones are in tests/integration."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.core.domain.analysis import Observation, ObservationKind
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.match_document import read_match
from src.core.domain.observations import Viewpoint, observe
from src.core.domain.observations.candidate import Candidate
from src.core.domain.observations.deaths import death_and_objective, early_deaths, first_death
from src.core.domain.observations.elite_monsters import monster_count, monsters_taken
from src.core.domain.observations.fighting import gold_peak, kill_streak
from src.core.domain.observations.lane import cs_pace, cs_total, lane_lead
from src.core.domain.observations.team_gold import gold_swing, team_lead
from src.core.domain.timeline_document import read_timeline
from tests.unit.core.domain.documents import Document, Story, arena, change_people, puuid


def seen_by(story: Story, participant_id: int = 3, match: Document | None = None) -> Viewpoint:
    return seen_with(match or story.match(), story.timeline(), participant_id)


def seen_with(match: Document, timeline: Document | None, participant_id: int) -> Viewpoint:
    read = read_match(match)
    me = read.by_puuid(puuid(participant_id))
    assert me is not None
    return Viewpoint(read, read_timeline(timeline) if timeline else None, facts_of(match, timeline), me)


def values(found: Candidate | None) -> dict[str, Any]:
    assert found is not None
    return dict(found.observation.values)


def test_the_gold_swing_is_the_biggest_change_within_three_minutes() -> None:
    story = Story(minutes=20).gain(1, 5, gold=900).gain(6, 11, gold=700).gain(7, 13, gold=1500)
    story.kill(650, 8, 3).kill(700, 3, 8, assists=(2,)).kill(770, 9, 1, assists=(8,)).kill(781, 0, 1)
    story.monster(700, "DRAGON", 6, subtype="AIR_DRAGON").building(750, lost_by=100).building(760, lost_by=200)
    view = seen_by(story)
    found = gold_swing(view)
    chances = {"from_chance": view.win_chance(600), "to_chance": view.win_chance(780)}
    assert values(found) == {
        "from_s": 600, "to_s": 780, "from_gold": 900, "to_gold": -1300, "swing": -2200, **chances,
        "own_kills": 1, "enemy_kills": 2, "my_kills": 1, "my_assists": 0, "my_deaths": 1,
        "own_tower": 1, "enemy_dragon": 1, "enemy_tower": 1,
    }  # fmt: skip
    assert found is not None
    assert found.is_setback
    assert found.observation.minute == 10


def test_a_chance_is_the_own_teams() -> None:
    story = Story(minutes=20).gain(1, 5, gold=3000)
    blue, red = (seen_by(story, participant).win_chance(600) for participant in (3, 8))
    assert blue is not None
    assert red is not None
    assert blue > 0.6
    assert red == pytest.approx(1 - blue)


def at_minutes(view: Viewpoint, **blue: float) -> Viewpoint:
    """The view with these probabilities of blue's at minutes 10 and 13."""
    changed = {10.0: blue.get("at_10"), 13.0: blue.get("at_13")}
    points = tuple(
        point.model_copy(update={"blue": changed[point.minute]}) if point.minute in changed else point
        for point in view.facts.win_probability
        if point.minute not in changed or changed[point.minute] is not None
    )
    return replace(view, facts=view.facts.model_copy(update={"win_probability": points}))


@pytest.mark.parametrize(
    ("blue", "is_told"),
    [
        ({"at_10": 0.6, "at_13": 0.65}, True),
        ({"at_10": 0.6, "at_13": 0.649}, False),
        ({"at_10": 0.9, "at_13": 1.0}, False),
        ({"at_13": 0.65}, False),
    ],
    ids=["five points", "less", "the result", "unknown"],
)
@pytest.mark.parametrize("participant_id", [3, 8])
def test_a_swing_that_hardly_moved_the_win_chance_is_no_story(
    blue: dict[str, float], participant_id: int, *, is_told: bool
) -> None:
    story = Story(minutes=20).gain(1, 11, gold=700).gain(1, 13, gold=1500)
    found = gold_swing(at_minutes(seen_by(story, participant_id), **blue))
    assert (found is not None) == is_told


def on_the_abyss(story: Story, participant_id: int = 3) -> Viewpoint:
    """Where there is no model."""
    return seen_by(story, participant_id, change_people(story.match(gameMode="ARAM", mapId=12), teamPosition=""))


@pytest.mark.parametrize(
    ("behind", "until", "is_told"),
    [(0, 20, False), (500, 20, True), (0, 19, True)],
    ids=["the end of a game that was won", "a comeback", "before the end"],
)
def test_without_a_model_a_swing_that_ends_the_game_is_its_end_unless_it_turned_it(
    behind: int, until: int, *, is_told: bool
) -> None:
    story = Story(minutes=20).gain(6, 3, gold=behind).gain(1, until, gold=3000)
    assert (gold_swing(on_the_abyss(story)) is not None) == is_told


def test_no_observation_ends_after_the_game() -> None:
    """Its last frame comes up to a second or two later."""
    story = Story(minutes=20).gain(6, 3, gold=500).gain(1, 20, gold=3000)
    timeline = story.timeline()
    timeline["info"]["frames"][-1]["timestamp"] += 900
    match = change_people(story.match(gameMode="ARAM", mapId=12), teamPosition="")
    view = seen_with(match, timeline, 1)
    assert values(gold_swing(view))["to_s"] == values(gold_peak(view))["to_s"] == 1200


def test_an_even_game_has_no_gold_swing() -> None:
    assert gold_swing(seen_by(Story())) is None


def test_a_lost_lead_is_told_at_its_peak() -> None:
    story = Story(minutes=20, winner=200).gain(1, 8, gold=3000).gain(6, 15, gold=6000)
    found = team_lead(seen_by(story))
    assert values(found) == {"at_s": 480, "gold": 3000}
    assert found is not None
    assert found.is_setback


def test_a_comeback_is_told_at_its_deepest() -> None:
    found = team_lead(seen_by(Story(minutes=20).gain(6, 8, gold=3000).gain(1, 15, gold=6000)))
    assert values(found) == {"at_s": 480, "gold": -3000}
    assert found is not None
    assert not found.is_setback


def test_a_small_lead_is_no_story() -> None:
    assert team_lead(seen_by(Story(minutes=20, winner=200).gain(1, 8, gold=999).gain(6, 9, gold=2000))) is None


def test_the_lane_lead_is_looked_for_until_minute_15_only() -> None:
    story = Story(minutes=25).gain(3, 6, gold=500, minions=9, xp=100).gain(8, 10, gold=600).gain(3, 18, gold=5000)
    assert values(lane_lead(seen_by(story))) == {
        "at_s": 360, "gold": 500, "cs": 9, "xp": 100, "opponent": "Zed", "position": "MIDDLE"
    }  # fmt: skip


def test_the_lane_behind_is_a_setback() -> None:
    found = lane_lead(seen_by(Story().gain(8, 6, gold=500)))
    assert found is not None
    assert found.is_setback


def test_cs_pace_compares_before_and_after_minute_15() -> None:
    found = cs_pace(seen_by(Story(minutes=25).gain(3, 5, minions=30).gain(3, 20, minions=-20)))
    assert values(found) == {"at_s": 900, "before": 8.0, "after": 4.0, "cs_at": 120, "cs_end": 160, "cs_short": 40}
    assert found is not None
    assert found.is_setback


def test_a_support_is_not_asked_for_farm() -> None:
    assert cs_pace(seen_by(Story(minutes=25), 5)) is None
    assert cs_total(seen_by(Story(minutes=25), 5)) is None


def test_five_minutes_after_15_are_needed_for_a_pace() -> None:
    assert cs_pace(seen_by(Story(minutes=19))) is None
    assert cs_pace(seen_by(Story(minutes=20))) is not None


def test_early_deaths_are_counted_with_what_followed_within_60_s() -> None:
    story = Story(minutes=20).kill(250, 8, 3).kill(400, 8, 3).kill(560, 7, 3).kill(845, 7, 3).gain(8, 6, gold=800)
    story.monster(310, "DRAGON", 7).monster(300, "HORDE", 7).building(461, lost_by=100).building(601, lost_by=200)
    assert values(early_deaths(seen_by(story))) == {
        "deaths": 3, "ganks": 1, "first_s": 250, "last_s": 560, "enemy_dragon": 1, "enemy_grubs": 1,
        "before_s": 240, "before_gold": 0, "after_s": 660, "after_gold": -800,
    }  # fmt: skip


def test_early_deaths_that_cost_nothing_are_no_setback() -> None:
    costly = early_deaths(seen_by(Story().kill(250, 8, 3).kill(300, 8, 3).gain(8, 6, gold=300)))
    harmless = early_deaths(seen_by(Story().kill(250, 8, 3).kill(300, 8, 3).gain(1, 6, gold=900)))
    assert costly is not None
    assert harmless is not None
    assert (costly.is_setback, harmless.is_setback) == (True, False)
    assert harmless.weight < costly.weight


@pytest.mark.parametrize("deaths", [(250,), (250, 500), (845, 900)])
def test_no_cluster_no_early_deaths(deaths: tuple[int, ...]) -> None:
    """One death, two far apart, or two after 14:00 are no cluster."""
    story = Story(minutes=20)
    for at_s in deaths:
        story.kill(at_s, 8, 3)
    assert early_deaths(seen_by(story)) is None


def test_what_followed_two_deaths_is_counted_once() -> None:
    story = Story(minutes=20).kill(300, 8, 3).kill(320, 8, 3).building(340, lost_by=100).building(350, lost_by=100)
    assert values(early_deaths(seen_by(story)))["enemy_tower"] == 2


def test_a_death_is_told_with_what_the_enemy_took_within_60_s() -> None:
    story = Story(minutes=30).kill(300, 8, 3).kill(1500, 8, 3).monster(340, "DRAGON", 7)
    story.monster(1510, "BARON_NASHOR", 7).building(1560, lost_by=100).building(1561, lost_by=100, kind="NEW_THING")
    assert values(death_and_objective(seen_by(story))) == {
        "at_s": 1500, "place": "mid_lane", "team_id": 100, "until_s": 1560, "enemy_baron": 1, "enemy_tower": 1
    }  # fmt: skip


def test_what_the_enemy_takes_at_the_very_end_is_the_end_and_no_lesson() -> None:
    """A death in the last 90 s, or one that a nexus tower followed, is not told with what was taken."""
    late = Story(minutes=30, winner=200).kill(1711, 8, 3).building(1730, lost_by=100, kind="INHIBITOR_BUILDING")
    assert death_and_objective(seen_by(late)) is None
    backdoor = Story(minutes=40).kill(1500, 8, 3).building(1510, lost_by=100)
    assert death_and_objective(seen_by(backdoor)) is not None
    backdoor.building(1540, lost_by=100, tower="NEXUS_TURRET")
    assert death_and_objective(seen_by(backdoor)) is None
    earlier = backdoor.kill(900, 8, 3).monster(930, "DRAGON", 7)
    assert values(death_and_objective(seen_by(earlier))) == {
        "at_s": 900, "place": "mid_lane", "team_id": 100, "until_s": 930, "enemy_dragon": 1,
    }  # fmt: skip


def test_early_deaths_of_a_short_game_end_90_s_before_it() -> None:
    story = Story(minutes=10, winner=200).kill(400, 8, 3).kill(450, 8, 3).kill(511, 8, 3)
    assert values(early_deaths(seen_by(story)))["deaths"] == 2


def test_a_death_that_nothing_followed_is_no_story() -> None:
    story = Story(minutes=30).kill(300, 8, 3).building(361, lost_by=100).building(310, lost_by=200)
    assert death_and_objective(seen_by(story)) is None


def test_the_first_death_or_none() -> None:
    """To have lived for less than ten minutes is no feat."""
    story = Story(minutes=20).kill(700, 8, 3).kill(800, 8, 3).kill(599, 8, 2)
    assert first_death(seen_by(story, 2)) is None
    assert values(first_death(seen_by(story))) == {"at_s": 700, "deaths": 2}
    untouched = first_death(seen_by(story, 4))
    assert untouched is not None
    assert untouched.observation.kind is ObservationKind.NO_DEATH


def test_monsters_count_with_a_kill_or_an_assist() -> None:
    story = Story(minutes=30).monster(400, "DRAGON", 3, subtype="AIR_DRAGON").monster(700, "DRAGON", 2, assists=(3,))
    story.monster(1500, "BARON_NASHOR", 2, assists=(3, 4)).monster(900, "RIFTHERALD", 2).monster(950, "HORDE", 7)
    assert values(monsters_taken(seen_by(story))) == {
        "with_me": 3, "team_total": 4, "top": "baron", "top_s": 1500, "mine_baron": 1, "mine_dragon": 2
    }  # fmt: skip
    assert monsters_taken(seen_by(story, 5)) is None


def test_monsters_of_nobody_belong_to_no_team() -> None:
    story = Story(minutes=20).monster(400, "HORDE", 0).monster(500, "RIFTHERALD", 7).monster(600, "BRAND_NEW", 7)
    assert values(monster_count(seen_by(story))) == {
        "own": 0, "enemy": 2, "top": "herald", "top_s": 500, "top_is_own": 0, "enemy_herald": 1, "enemy_monster": 1
    }  # fmt: skip


def test_equal_monsters_are_no_story() -> None:
    assert monster_count(seen_by(Story().monster(400, "DRAGON", 7).monster(800, "DRAGON", 2))) is None


def test_the_kill_streak_is_the_best_two_minutes() -> None:
    story = Story(minutes=20).kill(300, 3, 8).kill(421, 2, 9, assists=(3,)).kill(430, 9, 3).kill(541, 3, 8)
    story.kill(542, 3, 9).kill(800, 3, 8).kill(920, 3, 8)
    assert values(kill_streak(seen_by(story))) == {"from_s": 541, "to_s": 542, "kills": 2, "assists": 0, "deaths": 0}
    story.kill(500, 2, 8, assists=(3,)).kill(520, 8, 3)
    assert values(kill_streak(seen_by(story))) == {"from_s": 500, "to_s": 542, "kills": 2, "assists": 1, "deaths": 1}


def test_one_kill_is_no_streak() -> None:
    assert kill_streak(seen_by(Story().kill(300, 3, 8).kill(421, 3, 8))) is None


def test_the_gold_peak_is_within_three_minutes() -> None:
    found = gold_peak(seen_by(Story(minutes=20).gain(3, 7, gold=400).gain(3, 8, gold=300)))
    assert values(found) == {"from_s": 300, "to_s": 480, "gold": 1600}


def test_where_there_are_no_two_teams_there_are_no_enemies() -> None:
    story = Story(minutes=20)
    view = seen_by(story, match=change_people(story.match(mapId=33, gameMode="STRAWBERRY"), teamId=100))
    assert (view.enemies, view.team_gold_diff) == ((), ())


def kinds(story: Story, participant_id: int = 3, match: Document | None = None) -> set[ObservationKind]:
    """What is shown of a story, by kind."""
    shown, _lesson = observe(seen_by(story, participant_id, match))
    return {seen.kind for seen in shown}


def lesson(story: Story, participant_id: int = 3) -> Observation | None:
    """What the suggestion is drawn from."""
    _shown, drawn_from = observe(seen_by(story, participant_id))
    return drawn_from


def test_what_the_answer_has_a_place_for_is_no_observation() -> None:
    """Not even where there is nothing else."""
    story = Story(minutes=15).gain(3, 10, gold=1500)
    assert ObservationKind.LANE_LEAD not in kinds(story)
    assert observe(seen_with(arena(story.match()), None, 3)) == ((), None)


def test_the_lane_is_not_told_where_a_mark_shows_it() -> None:
    """Minutes 10 and 15 have their own place in every answer; a gap between them has none."""
    story = Story(minutes=25).gain(1, 20, gold=5000).kill(300, 3, 9).kill(320, 3, 10).gain(3, 12, gold=1500)
    assert ObservationKind.LANE_LEAD in kinds(story)
    at_a_mark = story.gain(3, 15, gold=600)
    assert ObservationKind.LANE_LEAD not in kinds(at_a_mark)


@pytest.mark.parametrize("at_minute", [8, 9])
def test_a_lead_at_an_end_of_the_swing_is_told_by_the_swing(at_minute: int) -> None:
    """The peak is where the swing ends (it grew in one minute), or where the next swing starts."""
    story = Story(minutes=20, winner=200).gain(1, 8, gold=3000).gain(6, at_minute + 1, gold=200).gain(6, 15, gold=2900)
    if at_minute == 9:
        story.gain(6, 10, gold=3500)
    lead = team_lead(seen_by(story))
    swing = gold_swing(seen_by(story))
    assert values(lead)["at_s"] in (values(swing)["from_s"], values(swing)["to_s"])
    assert ObservationKind.GOLD_SWING in kinds(story)
    assert ObservationKind.TEAM_LEAD not in kinds(story)


def test_a_lead_elsewhere_than_the_swing_is_told() -> None:
    story = Story(minutes=25, winner=200).gain(1, 8, gold=1500).gain(1, 9, gold=1500).gain(6, 20, gold=9000)
    story.gain(1, 13, gold=300).gain(1, 14, gold=-300)
    assert kinds(story) >= {ObservationKind.GOLD_SWING, ObservationKind.TEAM_LEAD}


def test_a_swing_that_went_well_without_the_player_gives_way_to_what_was_theirs() -> None:
    """Their weightiest setback first, then what went well; the swing stays where there is nothing."""
    swing = Story(minutes=25).gain(1, 20, gold=5000)
    assert lesson(swing, 5) == gold_swing(seen_by(swing, 5)).observation  # type: ignore[union-attr]
    ahead = swing.gain(3, 15, gold=900)
    assert lesson(ahead) == lane_lead(seen_by(ahead)).observation  # type: ignore[union-attr]
    behind = ahead.kill(500, 8, 3).monster(520, "DRAGON", 7)
    assert lesson(behind) == death_and_objective(seen_by(behind)).observation  # type: ignore[union-attr]


def test_a_swing_of_the_players_own_is_a_lesson() -> None:
    story = Story(minutes=25).gain(1, 20, gold=5000).kill(1190, 3, 8).kill(1195, 3, 9)
    found = lesson(story)
    assert found is not None
    assert found.kind is ObservationKind.GOLD_SWING


def test_what_a_mark_shows_can_be_learnt_from() -> None:
    story = Story(minutes=25).gain(1, 20, gold=5000).gain(8, 15, gold=900).kill(1190, 3, 8)
    assert ObservationKind.LANE_LEAD not in kinds(story)
    found = lesson(story)
    assert found is not None
    assert found.kind is ObservationKind.LANE_LEAD


def test_three_are_shown_in_order_of_time() -> None:
    story = Story(minutes=30, winner=200).gain(6, 21, gold=4000).kill(300, 8, 3).kill(380, 8, 3).gain(8, 6, gold=900)
    shown, _lesson = observe(seen_by(story))
    assert [seen.kind for seen in shown] == [
        ObservationKind.DEATHS_COST, ObservationKind.LANE_LEAD, ObservationKind.GOLD_SWING
    ]  # fmt: skip


def test_the_lesson_is_the_players_own_setback_before_the_teams() -> None:
    story = Story(minutes=30).gain(6, 21, gold=4000).gain(8, 6, gold=900)
    found = lesson(story)
    assert found is not None
    assert found.kind is ObservationKind.LANE_LEAD


def test_the_same_story_is_not_told_twice() -> None:
    story = Story(minutes=30)
    for at_s in (400, 800, 1200):
        story.monster(at_s, "DRAGON", 2, assists=(3,))
    assert len(kinds(story) & {ObservationKind.OBJECTIVE, ObservationKind.MONSTER_COUNT}) == 1


def _stories() -> st.SearchStrategy[Story]:
    players = st.integers(1, 10)

    def build(minutes: int, winner: int, gains: list[tuple[int, int, int]], kills: list[tuple[int, int, int]]) -> Story:
        story = Story(minutes=minutes, winner=winner)
        for who, minute, gold in gains:
            story.gain(who, minute, gold=gold, minions=gold // 100)
        for at_s, killer, victim in kills:
            story.kill(at_s, killer, victim, assists=(1 + victim % 10,)).monster(at_s + 30, "DRAGON", killer)
        return story

    return st.builds(
        build,
        st.integers(1, 40),
        st.sampled_from([100, 200]),
        st.lists(st.tuples(players, st.integers(0, 40), st.integers(-200, 3000)), max_size=8),
        st.lists(st.tuples(st.integers(1, 2400), st.integers(0, 10), players), max_size=12),
    )


@settings(deadline=None)  # the machine may be busy
@given(_stories(), st.integers(1, 10))
def test_whatever_happens_the_observations_are_in_order_and_of_different_kinds(story: Story, who: int) -> None:
    shown, drawn_from = observe(seen_by(story, who))
    assert len(shown) == len({seen.kind for seen in shown}) <= 3
    assert [seen.minute for seen in shown] == sorted(seen.minute for seen in shown)
    assert all(_is_within(seen, story) for seen in (*shown, *([drawn_from] if drawn_from else [])))


def _is_within(seen: Observation, story: Story) -> bool:
    """No observation speaks of a time outside the game."""
    times = [float(value) for key, value in seen.values.items() if key.endswith("_s")]
    return 0 <= seen.minute <= story.minutes and all(0 <= time_s <= story.minutes * 60 for time_s in times)
