import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.adapters.discord_messages.details_embed import details_embed
from src.adapters.discord_messages.embed_limits import FIELD_VALUE, TOTAL, Embed, total
from src.adapters.discord_messages.table import PHONE_WIDTH
from src.core.domain.analysis import ScoreboardRow
from src.core.domain.match import GameKind
from src.core.domain.plain_text import length
from tests.fakes.analyses import an_analysis

AHRI = ScoreboardRow(
    participant_id=3, side=100, is_me=True, name="Hide on bush#KR1", champion="Ahri", position="MIDDLE", placement=None,
    kills=7, deaths=3, assists=9, cs=196, gold=12_345, damage=24_567,
)  # fmt: skip


def row(**changes: Any) -> ScoreboardRow:
    return AHRI.model_copy(update={"is_me": False} | changes)


def embed(*rows: ScoreboardRow, kind: GameKind = GameKind.RIFT, limit: int = TOTAL) -> Embed:
    return details_embed(an_analysis(kind=kind, scoreboard=rows), colour=7, limit=limit)


def fields(shown: Embed) -> list[tuple[str, str]]:
    return [(field["name"], field["value"]) for field in shown["fields"]]


def test_teams_have_a_table_each_with_columns_that_stand_in_one_place() -> None:
    shown = embed(
        AHRI,
        row(champion="MissFortune", name="A_b#EUW", kills=12, deaths=10, assists=25, cs=8, gold=9_000, damage=104_400),
        row(side=200, champion="Zed", name="Zed"),
        row(side=200, champion="Vi", name="", damage=0),
    )
    assert shown["color"] == 7
    own, enemy, players = fields(shown)
    assert own[0] == "Your team · 19 kills · 21.3k gold"
    assert own[1].splitlines() == [
        "```",
        "                K/D/A  CS Gold Dmg",
        ">Ahri           7/3/9 196 12.3  25",
        " Miss Fortu… 12/10/25   8  9.0 104",
        "```",
    ]
    assert enemy[0] == "Enemy team · 14 kills · 24.7k gold"
    assert enemy[1].splitlines()[1:-1] == [
        "                K/D/A  CS Gold Dmg",
        " Zed            7/3/9 196 12.3  25",
        " Vi             7/3/9 196 12.3   0",
    ]
    assert players == ("Who played", "**Ahri** Hide on bush#KR1 · **Miss Fortune** A\\_b#EUW")


def test_arena_is_one_table_by_place_without_creeps() -> None:
    rows = [
        row(side=side, placement=place, is_me=place == 2, name=f"P{side}#EUW")
        for side, place in ((4, 1), (4, 1), (2, 2), (2, 2), (1, None))
    ]
    (table, players) = fields(embed(*rows, kind=GameKind.ARENA))
    lines = table[1].splitlines()
    assert [line[:3] for line in lines[2:-1]] == [" 1 ", " 1 ", ">2 ", ">2 ", " - "]
    assert "CS" not in lines[1]
    assert len(players[1].splitlines()) == 3


def test_without_a_scoreboard_there_is_no_table() -> None:
    for kind in GameKind:
        assert fields(embed(kind=kind)) == []


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


nasty = st.text(max_size=60) | st.sampled_from(["```", "蔚上等兵蔚上等兵蔚上等兵", "a\n```b", "\uff40\uff40"])
amounts = st.integers(0, 999)


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(
        st.builds(
            row,
            side=st.sampled_from((100, 200)), champion=nasty, name=nasty, kills=st.integers(0, 99),
            deaths=st.integers(0, 99), assists=st.integers(0, 99), cs=amounts, gold=st.integers(0, 99_999),
            damage=st.integers(0, 999_999),
        ),
        max_size=18,
    ),
    st.sampled_from(GameKind),
)  # fmt: skip
def test_no_line_is_wider_than_a_phone_and_no_block_is_left_open(rows: list[ScoreboardRow], kind: GameKind) -> None:
    shown = embed(*sorted(rows, key=lambda one: one.side), kind=kind)
    for name, value in fields(shown):
        assert 0 < length(value) <= FIELD_VALUE
        if name != "Who played":
            assert value.count("```") == 2
            lines = value.split("\n")
            assert (lines[0], lines[-1]) == ("```", "```")
            assert len({width(line) for line in lines[1:-1]}) == 1
            assert width(lines[1]) <= PHONE_WIDTH
    assert total(shown) <= TOTAL


@pytest.mark.parametrize("limit", [300, 60])
def test_it_takes_no_more_than_another_embed_leaves(limit: int) -> None:
    assert total(embed(*[AHRI] * 5, *[row(side=200)] * 5, limit=limit)) <= limit
