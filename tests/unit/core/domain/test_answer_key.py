"""What a control under an answer holds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.answer_key import ANSWER_KEY, AnswerKey, account_mark, is_account_mark
from src.core.domain.regions import Platform, parse_match_id
from src.core.domain.riot_id import RiotId
from src.core.errors import ControlOutdated

KEYS = st.builds(
    lambda platform, number, puuid, owner: AnswerKey(f"{platform.upper()}_{number}", account_mark(puuid), str(owner)),
    st.sampled_from(Platform),
    st.integers(0, 10**19 - 1),
    st.text(min_size=1, max_size=80),
    st.integers(0, 2**64 - 1),
)


@given(KEYS)
def test_a_key_comes_back_from_its_text_which_leaves_room_for_a_name(key: AnswerKey) -> None:
    assert AnswerKey.parse(key.text) == key
    assert len(key.text) <= 60
    assert parse_match_id(key.match_id)[0] == key.match_id


@given(KEYS, st.text(min_size=1))
def test_nothing_may_stand_around_a_key(key: AnswerKey, more: str) -> None:
    for text in (more + key.text, key.text + more):
        if not re.fullmatch(ANSWER_KEY, text):
            with pytest.raises(ControlOutdated):
                AnswerKey.parse(text)


@given(st.text(min_size=1))
def test_a_mark_is_told_from_whatever_else_names_an_account(puuid: str) -> None:
    assert is_account_mark(account_mark(puuid))
    assert not is_account_mark(str(RiotId(game_name="0123456789", tag_line="ab")))
    assert not is_account_mark("a" * 78)
