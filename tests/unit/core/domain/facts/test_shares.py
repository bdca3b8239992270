from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.facts.shares import Shares, shares_of
from src.core.domain.match_document import read_match
from tests.real_documents import needs_real_documents
from tests.unit.core.domain.documents import Document, Story, arena, change_people
from tests.unit.core.domain.real_games import real_documents, real_games


def shares(document: Document) -> dict[int, Shares]:
    return shares_of(read_match(document))


def test_shares_are_parts_of_the_team_s_numbers() -> None:
    story = Story(minutes=20).kill(100, 3, 8).kill(200, 3, 9, (2,)).kill(300, 1, 8, (3, 2)).kill(400, 8, 3)
    document = change_people(story.match(), goldEarned=lambda who: 8000 if who in {3, 8} else 3000)
    found = shares(document)[3]
    assert found == Shares(
        kill_participation=1.0,
        team_kills=3,
        team_deaths=1,
        team_damage=15_000,
        team_gold=20_000,
        damage_share=3 / 15,
        gold_share=8 / 20,
        kill_share=2 / 3,
        death_share=1.0,
        damage_per_gold=3 / 8,
    )
    assert shares(document)[2].kill_participation == pytest.approx(2 / 3)
    assert shares(document)[2].kill_share == 0
    assert shares(document)[9].death_share == pytest.approx(1 / 3)


def test_an_execution_is_nobody_s_kill() -> None:
    found = shares(Story().kill(100, 3, 8).kill(200, 0, 8).match())
    assert (found[3].team_kills, found[3].kill_participation) == (1, 1.0)
    assert found[8].death_share == 1.0


def test_of_nothing_everybody_s_part_is_nothing() -> None:
    document = change_people(Story().match(), goldEarned=0, totalDamageDealtToChampions=0)
    assert set(shares(document).values()) == {Shares(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)}


def test_arena_s_teams_are_its_subteams() -> None:
    document = arena(Story().kill(100, 1, 8).kill(200, 2, 8).kill(300, 3, 8).match())
    found = shares(document)
    assert (found[1].team_kills, found[1].kill_share, found[1].damage_share) == (2, 0.5, 1 / 3)
    assert (found[1].team_damage, found[7].team_deaths) == (3000, 3)
    assert (found[3].team_kills, found[4].kill_participation) == (1, 0.0)


def test_nobody_takes_part_in_more_than_all_kills() -> None:
    """In Arena one may help with the kill of another team."""
    document = change_people(arena(Story().kill(100, 1, 8).match()), assists=3)
    assert shares(document)[2].kill_participation == 1
    assert shares(document)[3].kill_participation == 0


def test_who_has_no_subteam_in_arena_stands_alone() -> None:
    document = change_people(arena(Story().match()), playerSubteamId=0)
    assert {found.gold_share for found in shares(document).values()} == {1.0}


@given(st.lists(st.tuples(*[st.integers(0, 30_000)] * 5), min_size=10, max_size=10))
def test_shares_of_a_team_add_up_to_one_or_to_nothing(numbers: list[tuple[int, ...]]) -> None:
    keys = ("kills", "deaths", "assists", "goldEarned", "totalDamageDealtToChampions")
    document = Story().match()
    for person, values in zip(document["info"]["participants"], numbers, strict=True):
        person |= dict(zip(keys, values, strict=True))
    found = shares(document)
    for team in (range(1, 6), range(6, 11)):
        for share in ("kill_share", "death_share", "gold_share", "damage_share"):
            whole = sum(getattr(found[who], share) for who in team)
            assert whole == pytest.approx(round(whole))
            assert round(whole) in {0, 1}
        assert all(found[who].kill_participation >= found[who].kill_share for who in team)


@needs_real_documents
def test_real_shares_lie_between_nothing_and_all() -> None:
    for game in real_games():
        for found in shares_of(game.match).values():
            parts = (found.damage_share, found.gold_share, found.kill_share, found.death_share)
            assert all(0 <= part <= 1 for part in (*parts, found.kill_participation))
            assert found.damage_per_gold >= 0


@needs_real_documents
def test_riot_computes_the_same_shares_of_damage_and_kills() -> None:
    """`challenges`; the kill participation there is right from 12.10 on."""
    compared = 0
    for match, _ in real_documents():
        read = read_match(match)
        if read.map_id != 11:
            continue
        found = shares_of(read)
        for person in match["info"]["participants"]:
            riot: dict[str, Any] = person.get("challenges") or {}
            mine = found[person["participantId"]]
            if "teamDamagePercentage" in riot:
                assert mine.damage_share == pytest.approx(riot["teamDamagePercentage"], abs=0.002)
            if "killParticipation" in riot and tuple(map(int, read.patch.split("."))) >= (12, 10):
                assert mine.kill_participation == pytest.approx(riot["killParticipation"], abs=0.002)
                compared += 1
    assert compared > 500
