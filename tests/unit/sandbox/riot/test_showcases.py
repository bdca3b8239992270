"""The games that everybody sees first are worth looking at."""

import functools
from collections import Counter
from typing import Any

import pytest

from src.sandbox.riot.generator import QUEUES, GamePlan, generate
from src.sandbox.riot.personas import MAIN
from src.sandbox.riot.population import Population
from src.sandbox.riot.routines import Chapter
from src.sandbox.riot.showcases import SHOWCASES, showcase
from src.sandbox.riot.timetable import could_be_duo
from tests.analysing import analysed
from tests.unit.sandbox.riot.identities import assert_consistent, assert_rift, events_of

_CREATED_MS = 1_795_800_000_000  # November 2026
_PER_DAY = len(SHOWCASES[0])
_ALL = range(len(SHOWCASES) * _PER_DAY)


@functools.cache
def _played(index: int, seed: int = 1) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Match, timeline, and the main player in it."""
    population = Population(seed)
    game = showcase(index // _PER_DAY, index)
    chapter = Chapter(QUEUES[420], with_partner=could_be_duo(index), showcase=game)
    roster = population.roster(MAIN, chapter, f"strangers {seed}")
    match, timeline = generate(GamePlan("NA1_5009977168", QUEUES[420], _CREATED_MS, roster, game))
    me = population.players[MAIN].puuid
    return match, timeline, next(person for person in match["info"]["participants"] if person["puuid"] == me)


@pytest.mark.parametrize("index", _ALL)
def test_a_showcase_is_a_game_worth_looking_at(index: int) -> None:
    """Half an hour, turned around, with objectives for both, and the main player in the thick of it."""
    match, timeline, me = _played(index)
    assert_consistent(match, timeline)
    assert_rift(match, timeline)
    assert 30 * 60 <= match["info"]["gameDuration"] <= 35 * 60
    assert not me["gameEndedInSurrender"]
    assert me["teamPosition"] == "MIDDLE"
    assert 5 <= me["kills"] <= 12
    assert 3 <= me["deaths"] <= 7
    assert me["challenges"]["killParticipation"] >= 0.5
    objectives = [team["objectives"] for team in match["info"]["teams"]]
    assert all(team["dragon"]["kills"] and team["tower"]["kills"] >= 3 for team in objectives)
    assert sum(team["baron"]["kills"] for team in objectives) in {1, 2}
    early = [kill for kill in events_of(timeline, "CHAMPION_KILL") if kill["timestamp"] < 600_000]
    assert 5 <= len(early) <= 17
    analysis = analysed(match, timeline, me["puuid"])
    chances = [chance.own for chance in analysis.win[:-1]]
    assert min(chances) < 0.3
    assert max(chances) > 0.7
    assert max(point.team for point in analysis.gold) > 2_000
    assert min(point.team for point in analysis.gold) < -2_000


def test_it_is_the_same_game_in_every_world() -> None:
    """With other people in it."""
    one, other = (_played(0, seed)[0]["info"]["participants"] for seed in (1, 2))
    assert [person["championName"] for person in one] == [person["championName"] for person in other]
    assert [person["kills"] for person in one] == [person["kills"] for person in other]
    assert not {person["puuid"] for person in one} & {person["puuid"] for person in other}


def test_most_showcases_are_won() -> None:
    played = [_played(index)[2] for index in _ALL]
    assert 4 / 5 < Counter(me["win"] for me in played)[True] / len(played) < 9 / 10
    assert len({me["championName"] for me in played}) >= 4


def test_none_is_there_twice() -> None:
    games = [game for day in SHOWCASES for game in day]
    assert len(set(games)) == len(games)
    assert not _PER_DAY % 3  # else one game would be played with the partner and without
