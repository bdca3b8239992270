from src.core.domain.facts.sides import has_two_teams, is_on_the_rift, positions, sides
from src.core.domain.match_document import read_match
from tests.unit.core.domain.documents import Story, arena, change_people, team_of


def test_on_the_rift_two_teams_play_each_other() -> None:
    match = read_match(Story().match())
    assert has_two_teams(match)
    assert is_on_the_rift(match)
    assert sides(match) == {who: team_of(who) for who in range(1, 11)}
    assert positions(match)[7] == "JUNGLE"


def test_without_lanes_nobody_has_a_position_whatever_the_document_says() -> None:
    document = Story().match()
    document["info"] |= {"gameMode": "ARAM", "mapId": 12}
    match = read_match(document)
    assert match.participants[0].position == "TOP"
    assert positions(match) == {}
    assert has_two_teams(match)
    assert not is_on_the_rift(match)


def test_arenas_teams_are_its_subteams_and_its_team_ids_are_none() -> None:
    match = read_match(arena(Story().match()))
    assert sides(match) == {1: 1, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5}
    assert not has_two_teams(match)


def test_one_team_alone_and_teams_nobody_has_heard_of_are_not_two_teams() -> None:
    assert not has_two_teams(read_match(change_people(Story().match(), teamId=100)))
    assert not has_two_teams(read_match(change_people(Story().match(), teamId=lambda who: 100 * (who % 3 + 1))))
    assert not has_two_teams(read_match(change_people(Story().match(), teamId=lambda who: 300 + who % 2)))
