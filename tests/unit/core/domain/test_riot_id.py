"""Riot IDs as people type and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.riot_id import RiotId
from src.core.errors import InvalidInput

# Surrogates too: JSON may hold half a pair.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
INVISIBLE = st.sampled_from("\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff\u00ad")


@pytest.mark.parametrize(
    ("written", "game_name", "tag_line"),
    [
        ("Faker#KR1", "Faker", "KR1"),
        ("  Hide on bush # KR1 ", "Hide on bush", "KR1"),
        ("Hide \t on\u00a0 bush#KR1", "Hide on bush", "KR1"),
        ("\u2066Faker\u2069#\u2066KR1\u2069", "Faker", "KR1"),
        ("페이커 선수#한국", "페이커 선수", "한국"),
        ("Ağaç#0001", "Ağaç", "0001"),
        ("Seventeen letters#EUW", "Seventeen letters", "EUW"),
        ("a'b.c_d-e!#12345", "a'b.c_d-e!", "12345"),
    ],
)
def test_what_players_write_is_read(written: str, game_name: str, tag_line: str) -> None:
    assert RiotId.parse(written) == RiotId(game_name=game_name, tag_line=tag_line)


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("", "tag line"),
        ("Faker", "tag line"),
        ("#", "before the #"),
        ("#KR1", "before the #"),
        ("ab#KR1", "before the #"),
        ("a" * 18 + "#KR1", "before the #"),
        ("Fa#ker#KR1", "before the #"),
        ("   \u200b  #KR1", "before the #"),
        ("Fak\x00er#KR1", "before the #"),
        ("Fak\ud800er#KR1", "before the #"),
        ("Faker#", "after the #"),
        ("Faker#K", "after the #"),
        ("Faker#KR1234", "after the #"),
        ("Faker#K R1", "after the #"),
        ("Faker#K/1", "after the #"),
    ],
)
def test_what_is_no_riot_id_is_refused_with_an_example(written: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as refused:
        RiotId.parse(written)
    assert "Faker#KR1" in str(refused.value)


@given(ANY_TEXT)
def test_any_text_is_read_or_refused_and_what_is_read_can_be_sent(text: str) -> None:
    try:
        riot_id = RiotId.parse(text)
    except InvalidInput:
        return
    assert str(riot_id).encode()
    assert RiotId.parse(str(riot_id)) == riot_id


@given(st.lists(INVISIBLE, max_size=3), st.integers(0, 8), st.sampled_from(("", " ", "\u00a0", "\t")))
def test_invisible_characters_and_outer_space_make_no_difference(marks: list[str], at: int, space: str) -> None:
    written = "Faker#KR1"
    assert RiotId.parse(space + written[:at] + "".join(marks) + written[at:] + space) == RiotId.parse(written)


def test_case_stays_as_its_owner_writes_it() -> None:
    assert str(RiotId.parse("FaKeR#kr1")) == "FaKeR#kr1"
