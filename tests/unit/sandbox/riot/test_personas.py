"""The people one can be: what they play, and how well they say they do."""

import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from src.sandbox.riot import World
from src.sandbox.riot.directory import RANKED_QUEUES
from src.sandbox.riot.generator import QUEUES
from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.generator.seats import Seat, draft
from src.sandbox.riot.personas import EUROPEAN, FLEX, KOREAN, MAIN, NEWCOMER, PARTNER, PERSONAS, SOLO, UNRANKED
from src.sandbox.riot.population import Population
from src.sandbox.riot.routines import Chapter
from src.sandbox.riot.rso_page import sign_in_page

_POPULATION = Population(1)
_LADDERS = {SOLO: 420, FLEX: 440}


def _drafts(number: int, chapter: Chapter, games: int = 60) -> list[list[Seat]]:
    """What is picked in so many games of a persona."""
    rosters = [_POPULATION.roster(number, chapter, f"game {game}") for game in range(games)]
    return [draft(chapter.queue, roster, random.Random(f"draft {game}")) for game, roster in enumerate(rosters)]


def _seats_of(player: Player, drafts: list[list[Seat]]) -> list[Seat]:
    return [seat for seats in drafts for seat in seats if seat.player == player]


@pytest.mark.parametrize("number", [MAIN, PARTNER, KOREAN, EUROPEAN, UNRANKED])
def test_a_persona_plays_the_pool_of_a_role(number: int) -> None:
    """Three to five champions of the main role in most games, the second role in some."""
    player = _POPULATION.players[number]
    seats = _seats_of(player, _drafts(number, Chapter(QUEUES[420])))
    assert len(seats) == 60
    pools = {role.position: role.champions for role in player.roles}
    assert all(seat.champion.name in pools[seat.position] for seat in seats)
    main = player.roles[0]
    played = Counter(seat.champion.name for seat in seats if seat.position == main.position)
    assert 45 <= played.total() <= 60
    assert set(played) == set(main.champions)
    assert 3 <= len(played) <= 5
    assert played.most_common(1)[0][0] in main.champions[:2]


def test_a_champion_is_in_a_game_once() -> None:
    for seats in _drafts(MAIN, Chapter(QUEUES[440], with_partner=True)):
        assert len({seat.champion.id for seat in seats}) == 10


def test_the_duo_is_in_one_team_each_in_a_role_of_theirs() -> None:
    drafts = _drafts(MAIN, Chapter(QUEUES[440], with_partner=True))
    mine, theirs = (_seats_of(_POPULATION.players[number], drafts) for number in (MAIN, PARTNER))
    assert [seat.team_id for seat in mine] == [seat.team_id for seat in theirs]
    assert {seat.position for seat in theirs} == {"BOTTOM"}
    assert {seat.champion.name for seat in theirs} <= set(_POPULATION.players[PARTNER].roles[0].champions)


def test_standings_fit_the_match_list() -> None:
    """At least as many games of the season as are listed, 47 to 60 % of them won; one entry per ladder played."""
    for moment in (datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 11, 28, 9, tzinfo=UTC)):
        world = World(seed=1, now=moment)
        for player in world.players():
            listed = Counter(match.queue_id for match in world.history(player.puuid) if match.queue_id in RANKED_QUEUES)
            entries = world.league_entries(player.puuid)
            assert {_LADDERS[entry["queueType"]] for entry in entries} == set(listed)
            for entry in entries:
                games = entry["wins"] + entry["losses"]
                assert games >= listed[_LADDERS[entry["queueType"]]]
                assert 0.47 <= entry["wins"] / games <= 0.6
                assert entry["losses"] >= 4


def test_ranks_of_all_kinds_can_be_seen() -> None:
    """One ladder, both, none with games, none without; all on different servers."""
    ladders = [len(persona.ranks) for persona in PERSONAS]
    assert (ladders[KOREAN], ladders[MAIN], ladders[UNRANKED], ladders[NEWCOMER]) == (1, 2, 0, 0)
    assert {persona.platform for persona in PERSONAS} == {"NA1", "EUW1", "KR"}


def test_the_sign_in_page_says_what_an_account_is_good_for() -> None:
    """The duo comes first: the sandbox's Discord has two people."""
    page = sign_in_page(_POPULATION.players, {"client_id": "x"})
    assert page.index("Ashen Koda#NA1") < page.index("Zoë Łuków#DUO") < page.index("달빛")
    assert "NA · mid · every special case" in page
    assert "EUW · support · solo and flex rank" in page
