from typing import Any

import pytest

from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from tests.unit.core.domain.documents import Story, arena, change_people


def match(**people: Any) -> Match:
    return read_match(change_people(Story(winner=200).match(), **people))


@pytest.mark.parametrize(
    ("info", "is_on_the_rift"),
    [
        ({}, True),
        ({"gameMode": "URF"}, True),
        ({"gameMode": "ARAM", "mapId": 12}, False),
        ({"gameMode": "STARFALL", "mapId": 99}, False),
    ],
)
def test_the_rift_is_a_map(info: dict[str, Any], *, is_on_the_rift: bool) -> None:
    assert read_match(Story().match(**info)).is_on_the_rift is is_on_the_rift


def test_it_is_the_rift_without_lanes_too() -> None:
    assert match(teamPosition="").is_on_the_rift
    assert not read_match(arena(Story().match())).is_on_the_rift


def test_two_teams_are_blue_and_red_and_nobody_else() -> None:
    assert match().has_two_teams
    assert not match(teamId=100).has_two_teams
    assert not match(teamId=lambda who: 100 * (who % 3 + 1)).has_two_teams
    assert not match(teamId=lambda who: 300 + who % 2).has_two_teams
    assert not read_match(arena(Story().match())).has_two_teams


def test_the_winner_is_the_one_team_that_won() -> None:
    assert read_match(Story(winner=100).match()).winner == 100
    assert match().winner == 200


@pytest.mark.parametrize(
    "people", [{"win": True}, {"win": False}, {"gameEndedInEarlySurrender": True}, {"teamId": 100}]
)
def test_nobody_won_if_both_did_or_neither_or_alone_or_in_a_remake(people: dict[str, Any]) -> None:
    assert match(**people).winner is None


def test_nobody_won_an_aborted_game_or_against_more_than_one() -> None:
    assert read_match(Story().match(endOfGameResult="Abort_Unexpected")).winner is None
    assert read_match(arena(Story().match())).winner is None
