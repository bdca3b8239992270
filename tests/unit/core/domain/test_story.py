"""What decided a match, and what else gets a line."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.analysis import (
    GoldPoint,
    MatchAnalysis,
    Observation,
    ObservationKind,
    Part,
    Turn,
    WinChance,
)
from src.core.domain.match import Outcome
from src.core.domain.story import MOST_LINES, Lead, LeadKind, Measure, story_of
from tests.fakes.analyses import BARON, FIGHT, LANE, PACE, SWING, an_analysis

FOR_GOOD = FIGHT.model_copy(update={"for_good": True})


def seen(kind: ObservationKind, **values: float) -> Observation:
    return Observation(kind=kind, minute=0, values=values)


def chances(*own: float) -> tuple[WinChance, ...]:
    """A chance a minute, the last one of minute 31 with the result after it."""
    start = 32 - len(own)
    points = [(60.0 * (start + minute), chance) for minute, chance in enumerate(own)]
    return tuple(WinChance(time_s=time_s, own=own, low=own, high=own) for time_s, own in points)


def gold(*team: int) -> tuple[GoldPoint, ...]:
    start = 32 - len(team)
    return tuple(GoldPoint(time_s=60.0 * (start + minute), team=lead, lane=None) for minute, lead in enumerate(team))


def told(**changes: Any) -> MatchAnalysis:
    """A match in which nothing happened but these."""
    return an_analysis(**{"observations": (), "turns": (), "marks": ()} | changes)


def lines(**changes: Any) -> tuple[Any, ...]:
    return story_of(told(**changes)).lines


def test_the_turn_for_good_leads_and_is_no_other_line() -> None:
    story = story_of(told(turns=(FOR_GOOD, BARON)))
    assert story.lead == Lead(LeadKind.TURNED, Measure.CHANCE, FIGHT.time_s, FOR_GOOD)
    assert story.lines == (BARON,)


@pytest.mark.parametrize(
    ("outcome", "own", "since_minute"),
    [
        (Outcome.WIN, (0.4, 0.6, 0.5, 0.51, 0.6, 0.7, 1), 28),
        (Outcome.LOSS, (0.6, 0.4, 0.3, 0.2, 0), 28),
        (Outcome.WIN, (0.51,) * 31 + (1,), 0),
    ],
)
def test_without_a_turn_for_good_the_lead_is_as_old_as_nothing_broke_it(
    outcome: Outcome, own: tuple[float, ...], since_minute: int
) -> None:
    story = story_of(told(outcome=outcome, win=chances(*own), turns=(FIGHT,)))
    assert story.lead == Lead(LeadKind.KEPT, Measure.CHANCE, 60.0 * since_minute)
    assert story.lines == (FIGHT,)


def test_a_game_that_was_open_until_its_last_two_minutes_is_said_to_have_been() -> None:
    story = story_of(told(outcome=Outcome.LOSS, win=chances(0.3, 0.4, 0.55, 0.45, 0)))
    assert story.lead == Lead(LeadKind.LATE, Measure.CHANCE, 29 * 60.0)


@pytest.mark.parametrize(
    ("outcome", "team", "lead"),
    [
        (Outcome.WIN, (-5, 5, 5, 5), Lead(LeadKind.KEPT, Measure.GOLD, 29 * 60.0)),
        (Outcome.LOSS, (5, -5, -5, -5), Lead(LeadKind.KEPT, Measure.GOLD, 29 * 60.0)),
        (Outcome.WIN, (5, -5, 5, 5), None),
        (Outcome.WIN, (5, 5, 5, -5), None),
        (Outcome.WIN, (), None),
    ],
)
def test_without_a_model_gold_is_the_measure(outcome: Outcome, team: tuple[int, ...], lead: Lead | None) -> None:
    assert story_of(told(outcome=outcome, win=(), gold=gold(*team))).lead == lead


def test_a_swing_that_brought_the_winner_ahead_for_good_leads() -> None:
    course = (*([-500] * 21), -1204, -800, 300, 2108, 2500, 3000, 2000, 1000, 500, 600, 700)
    story = story_of(told(win=(), gold=gold(*course), observations=(SWING, PACE)))
    assert story.lead == Lead(LeadKind.TURNED, Measure.GOLD, 1260.4, SWING)
    assert story.lines == (PACE,)
    lost_again = (*course[:-3], -1, 600, 700)
    assert story_of(told(win=(), gold=gold(*lost_again), observations=(SWING,))).lead is None


@pytest.mark.parametrize("outcome", [Outcome.REMAKE, Outcome.ABORTED])
def test_nothing_decided_a_match_without_a_winner(outcome: Outcome) -> None:
    assert story_of(told(outcome=outcome, turns=(FIGHT,))).lead is None


def test_nobody_knows_what_decided_a_match_whose_timeline_stops_early() -> None:
    story = story_of(told(duration_s=2400.0, turns=(FOR_GOOD,)))
    assert (story.lead, story.lines) == (None, (FOR_GOOD,))


WITHIN = {"time_s": 1300.0, "until_s": 1320.0}


@pytest.mark.parametrize(
    ("turn", "told_are"),
    [
        ({**WITHIN, "kills": 3, "deaths": 0}, ["turn"]),
        ({**WITHIN, "kills": 1, "deaths": 0}, ["swing"]),
        ({**WITHIN, "kills": 1, "deaths": 0, "for_good": True}, ["turn"]),
        ({"time_s": 1500.0, "until_s": 1520.0, "kills": 5, "deaths": 1}, ["swing", "turn"]),
    ],
)
def test_a_turn_and_a_swing_of_the_same_minutes_are_one_line(turn: dict[str, Any], told_are: list[str]) -> None:
    """The turn where it leads or has half of the swing's kills."""
    story = story_of(told(turns=(FIGHT.model_copy(update=turn),), observations=(SWING,)))
    first = [story.lead.line] if story.lead and story.lead.line else []
    assert ["swing" if line is SWING else "turn" for line in (*first, *story.lines)] == told_are


@pytest.mark.parametrize(
    ("observation", "is_told"),
    [
        (seen(ObservationKind.DEATH_AND_OBJECTIVE, at_s=1400.0, until_s=1455.0), True),
        (seen(ObservationKind.DEATH_AND_OBJECTIVE, at_s=1000.0, until_s=1050.0), False),
        (seen(ObservationKind.KILL_STREAK, from_s=1440.0, to_s=1540.0), True),
        (seen(ObservationKind.MONSTER_COUNT, top_s=1460.0), True),
        (seen(ObservationKind.OBJECTIVE, top_s=1660.0), False),
        (seen(ObservationKind.TEAM_LEAD, at_s=1460.0, gold=-3000), False),
        (seen(ObservationKind.FIRST_DEATH, at_s=300.0), True),
        (seen(ObservationKind.FIRST_DEATH, at_s=900.0), False),
        (seen(ObservationKind.LEAD_KEPT, at_s=300.0, gold=10), True),
        (seen(ObservationKind.KILL_SHARE, percent=60), True),
        (seen(ObservationKind.PLACEMENT, placement=2), True),
        (LANE, False),
        (LANE.model_copy(update={"values": dict(LANE.values) | {"gold": -350}}), True),
    ],
)
def test_what_is_told_already_is_not_told_again(observation: Observation, *, is_told: bool) -> None:
    turn = FIGHT.model_copy(update={"parts": (Part.KILLED,)})
    analysis = told(turns=(turn,), observations=(observation,), marks=an_analysis().marks)
    assert (observation not in story_of(analysis).lines) == is_told


def test_a_streak_is_not_told_by_a_turn_that_the_player_only_died_in() -> None:
    turn = FIGHT.model_copy(update={"parts": (Part.DIED,)})
    streak = seen(ObservationKind.KILL_STREAK, from_s=1440.0, to_s=1540.0)
    assert streak in lines(turns=(turn,), observations=(streak,))


def test_early_deaths_are_told_together() -> None:
    death = FIGHT.model_copy(
        update={"is_fight": False, "kills": 0, "deaths": 1, "parts": (Part.DIED,), "time_s": 400.0, "until_s": 400.0}
    )
    cluster = seen(ObservationKind.DEATHS_COST, first_s=380.0, last_s=420.0)
    assert lines(turns=(death,), observations=(cluster,)) == (cluster,)
    other = death.model_copy(update={"parts": ()})
    assert lines(turns=(other,), observations=(cluster,)) == (cluster, other)


times = st.floats(0, 1872, allow_nan=False)


@st.composite
def turns(draw: st.DrawFn) -> tuple[Turn, ...]:
    ends = sorted(draw(st.lists(times, max_size=6, unique=True)))
    found = [
        FIGHT.model_copy(
            update={
                "time_s": from_s,
                "until_s": until_s,
                "kills": draw(st.integers(0, 5)),
                "deaths": draw(st.integers(0, 5)),
                "parts": tuple(draw(st.lists(st.sampled_from(Part), max_size=3))),
            }
        )
        for from_s, until_s in zip(ends[::2], ends[1::2], strict=False)
    ]
    good = draw(st.none() | st.integers(0, 2))
    return tuple(turn.model_copy(update={"for_good": number == good}) for number, turn in enumerate(found))


@st.composite
def observations(draw: st.DrawFn) -> tuple[Observation, ...]:
    kinds = draw(st.lists(st.sampled_from(ObservationKind), max_size=3, unique=True))
    found = []
    for kind in kinds:
        from_s, until_s = sorted((draw(times), draw(times)))
        values = dict(SWING.values) | {"from_s": from_s, "to_s": until_s, "at_s": from_s, "gold": draw(st.integers())}
        found.append(Observation(kind=kind, minute=int(from_s // 60), values=values))
    return tuple(found)


@given(
    turns=turns(),
    observations=observations(),
    outcome=st.sampled_from(Outcome),
    win=st.lists(st.floats(0, 1), max_size=32).map(lambda own: chances(*own)),
    team=st.lists(st.integers(-9000, 9000), max_size=32).map(lambda leads: gold(*leads)),
)
def test_a_story_tells_of_the_analysis_alone_in_order_and_nothing_twice(
    turns: tuple[Turn, ...], observations: tuple[Observation, ...], outcome: Outcome, win: Any, team: Any
) -> None:
    analysis = told(turns=turns, observations=observations, outcome=outcome, win=win, gold=team)
    story = story_of(analysis)
    everything = [*([story.lead.line] if story.lead and story.lead.line else []), *story.lines]
    assert all(line in (*turns, *observations) for line in everything)
    assert len(story.lines) <= MOST_LINES
    assert all(everything.count(line) == 1 for line in everything)
    starts = [line.time_s if isinstance(line, Turn) else float(line.values["from_s"]) for line in story.lines]
    assert all(before <= after for before, after in pairwise(starts))
    if story.lead is not None:
        assert outcome in {Outcome.WIN, Outcome.LOSS}
        ahead = [(p.time_s, p.own > 0.5, p.own < 0.5) for p in win] or [
            (p.time_s, p.team > 0, p.team < 0) for p in team
        ]
        side = 1 if outcome is Outcome.WIN else 2
        if story.lead.kind is LeadKind.KEPT:
            assert all(point[side] for point in ahead if point[0] >= story.lead.since_s)
        if story.lead.kind is LeadKind.LATE:
            assert not next(point[side] for point in ahead if point[0] == story.lead.since_s)
