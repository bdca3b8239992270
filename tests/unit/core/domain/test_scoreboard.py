import pytest

from src.core.domain.analysis import ScoreboardRow
from src.core.domain.match_document import read_match
from src.core.domain.pseudonyms import without_players
from src.core.domain.scoreboard import scoreboard_of
from tests.analysing import analysed
from tests.unit.core.domain.documents import Document, Story, arena, change_people, puuid


def board(match: Document, participant_id: int) -> tuple[ScoreboardRow, ...]:
    return analysed(match, None, puuid(participant_id)).scoreboard


@pytest.mark.parametrize(
    ("participant_id", "order"), [(3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (8, [6, 7, 8, 9, 10, 1, 2, 3, 4, 5])]
)
def test_the_own_side_is_first_and_both_are_by_position(participant_id: int, order: list[int]) -> None:
    rows = board(Story().match(), participant_id)
    assert [row.participant_id for row in rows] == order
    assert [row.participant_id for row in rows if row.is_me] == [participant_id]
    swapped = Story().match()
    first, last = swapped["info"]["participants"][0], swapped["info"]["participants"][4]
    first["teamPosition"], last["teamPosition"] = last["teamPosition"], first["teamPosition"]
    assert [row.participant_id for row in board(swapped, 3)][:5] == [5, 2, 3, 4, 1]


def test_a_row_is_what_the_document_has_of_the_end() -> None:
    story = Story(minutes=20).kill(300, 3, 8, assists=(2,)).kill(700, 3, 7)
    row = next(row for row in board(story.match(), 8) if row.participant_id == 3)
    assert (row.side, row.name, row.champion, row.position) == (100, "Player 3#EUW", "Ahri", "MIDDLE")
    assert (row.kills, row.deaths, row.assists, row.cs, row.gold) == (2, 0, 0, 120, 6500)
    assert (row.damage, row.placement) == (3000, None)


def test_arena_is_in_order_of_place_whoever_asks() -> None:
    turned = change_people(arena(Story().match()), placement=lambda number: 6 - (number + 1) // 2)
    rows = board(turned, 3)
    assert [(row.placement, row.side) for row in rows] == [
        (place, 6 - place) for place in (1, 2, 3, 4, 5) for _ in "ab"
    ]
    assert [row.placement for row in rows if row.is_me] == [4]


def test_bots_and_who_has_left_have_a_row_and_nobodys_name() -> None:
    bots = change_people(Story().match(), puuid=lambda number: "BOT" if number > 5 else puuid(number))
    for person in bots["info"]["participants"][5:]:
        del person["riotIdGameName"], person["riotIdTagline"]
    assert [row.name for row in board(bots, 3)][5:] == ["Darius", "Vi", "Zed", "Caitlyn", "Lulu"]
    match = without_players(read_match(Story().match()), {puuid(8): "forgotten-1"})
    rows = scoreboard_of(match, match.participants[2])
    assert [row.name for row in rows if row.participant_id == 8] == ["Zed"]
