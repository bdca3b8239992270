"""What decided a match, and what else gets a line."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.analysis import (
    MatchAnalysis,
    Observation,
    ObservationKind,
    OwnMoment,
    Part,
    Taken,
    TimedTaking,
    Turn,
)
from src.core.domain.lead import AHEAD_FROM, AHEAD_GOLD, Lead, LeadKind, Measure
from src.core.domain.match import Outcome
from src.core.domain.objectives import Objective
from src.core.domain.story import MOST_LINES, story_of
from tests.fakes.analyses import BARON, FIGHT, FOR_GOOD, SWING, an_analysis, chances, gold


def seen(kind: ObservationKind, **values: float) -> Observation:
    return Observation(kind=kind, minute=0, values=values)


def told(**changes: Any) -> MatchAnalysis:
    """A match in which nothing happened but these."""
    return an_analysis(**{"observations": (), "turns": (), "marks": ()} | changes)


def lines(**changes: Any) -> tuple[Any, ...]:
    return story_of(told(**changes)).lines


def test_what_leads_is_no_other_line() -> None:
    story = story_of(told(turns=(FOR_GOOD, BARON)))
    assert story.lead == Lead(LeadKind.TURNED, Measure.CHANCE, FIGHT.time_s, FOR_GOOD)
    assert story.lines == (BARON,)
    assert story.told == (FOR_GOOD, BARON)


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
    assert ["swing" if line is SWING else "turn" for line in story.told] == told_are


@pytest.mark.parametrize(
    ("observation", "is_told"),
    [
        (seen(ObservationKind.DEATH_AND_OBJECTIVE, at_s=1400.0, until_s=1455.0), True),
        (seen(ObservationKind.DEATH_AND_OBJECTIVE, at_s=1000.0, until_s=1050.0), False),
        (seen(ObservationKind.KILL_STREAK, from_s=1440.0, to_s=1540.0), True),
        (seen(ObservationKind.MONSTER_COUNT, top_s=1460.0), True),
        (seen(ObservationKind.OBJECTIVE, top_s=1660.0), False),
        (seen(ObservationKind.TEAM_LEAD, at_s=1460.0, gold=-3000), False),
    ],
)
def test_what_is_told_already_is_not_told_again(observation: Observation, *, is_told: bool) -> None:
    turn = FIGHT.model_copy(update={"parts": (Part.KILLED,)})
    assert (observation not in lines(turns=(turn,), observations=(observation,))) == is_told


def test_a_streak_is_not_told_by_a_turn_that_the_player_only_died_in() -> None:
    turn = FIGHT.model_copy(update={"parts": (Part.DIED,)})
    streak = seen(ObservationKind.KILL_STREAK, from_s=1440.0, to_s=1540.0)
    assert streak in lines(turns=(turn,), observations=(streak,))


CLUSTER = seen(ObservationKind.DEATHS_COST, first_s=380.0, last_s=500.0, deaths=3)
DEATHS = tuple(OwnMoment(time_s=time_s, part=Part.DIED) for time_s in (380.0, 440.0, 500.0))


def fight_between(from_s: float, until_s: float) -> Turn:
    return FIGHT.model_copy(update={"time_s": from_s, "until_s": until_s, "parts": (Part.DIED,)})


def test_early_deaths_are_told_together() -> None:
    death = fight_between(440.0, 440.0).model_copy(update={"is_fight": False, "kills": 0, "deaths": 1})
    assert lines(turns=(death,), observations=(CLUSTER,), own_moments=DEATHS) == (CLUSTER,)
    others = fight_between(410.0, 410.0).model_copy(update={"is_fight": False, "kills": 0, "parts": ()})
    assert lines(turns=(others,), observations=(CLUSTER,), own_moments=DEATHS) == (CLUSTER, others)


@pytest.mark.parametrize(
    ("from_s", "until_s", "taken_s", "is_told"),
    [
        (430.0, 445.0, None, False),
        (430.0, 505.0, None, True),
        (540.0, 560.0, 555.0, True),
        (540.0, 560.0, 561.0, False),
    ],
    ids=["one of three", "two of three", "what followed the last", "what followed later"],
)
def test_early_deaths_are_not_told_where_turns_have_half_of_them_or_what_followed(
    from_s: float, until_s: float, taken_s: float | None, *, is_told: bool
) -> None:
    dragon = Taken(objective=Objective.DRAGON, is_own=False, is_soul=False)
    takings = () if taken_s is None else (TimedTaking(time_s=taken_s, taken=dragon),)
    shown = lines(turns=(fight_between(from_s, until_s),), observations=(CLUSTER,), own_moments=DEATHS, takings=takings)
    assert (CLUSTER not in shown) == is_told


def test_early_deaths_are_not_told_where_the_swing_has_half_of_them() -> None:
    early = SWING.model_copy(update={"values": SWING.values | {"from_s": 420.0, "to_s": 600.0}})
    assert lines(observations=(CLUSTER, early), own_moments=DEATHS) == (early,)


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
        values = dict(SWING.values) | {"from_s": from_s, "to_s": until_s, "at_s": from_s, "deaths": 2}
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
    everything = story.told
    assert all(line in (*turns, *observations) for line in everything)
    assert len(story.lines) <= MOST_LINES
    assert all(everything.count(line) == 1 for line in everything)
    starts = [line.time_s if isinstance(line, Turn) else float(line.values["from_s"]) for line in story.lines]
    assert all(before <= after for before, after in pairwise(starts))
    if story.lead is not None:
        assert outcome in {Outcome.WIN, Outcome.LOSS}
        won = outcome is Outcome.WIN
        course = [(time_s, (own if won else 1 - own) >= AHEAD_FROM) for time_s, own in analysis.chances if win]
        course = course or [(point.time_s, (point.team if won else -point.team) >= AHEAD_GOLD) for point in team]
        if story.lead.kind is LeadKind.KEPT:
            assert all(is_ahead for time_s, is_ahead in course if time_s > story.lead.since_s)
        if story.lead.kind is LeadKind.LATE:
            assert not next(is_ahead for time_s, is_ahead in reversed(course) if time_s == story.lead.since_s)
