from src.core.domain.facts.sides import positions, sides
from src.core.domain.match_document import read_match
from tests.unit.core.domain.documents import Story, arena, team_of


def test_sides_are_teams_and_lanes_have_positions() -> None:
    match = read_match(Story().match())
    assert sides(match) == {who: team_of(who) for who in range(1, 11)}
    assert positions(match)[7] == "JUNGLE"


def test_without_lanes_nobody_has_a_position_whatever_the_document_says() -> None:
    match = read_match(Story().match(gameMode="ARAM", mapId=12))
    assert match.participants[0].position == "TOP"
    assert positions(match) == {}


def test_arenas_teams_are_its_subteams_and_its_team_ids_are_none() -> None:
    assert sides(read_match(arena(Story().match()))) == {
        1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5,
    }  # fmt: skip
