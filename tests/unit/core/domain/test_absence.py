"""When to ask Riot again for what it did not have."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.core.domain.absence import is_settled, wait_before_asking
from src.core.errors import InvalidInput

MINUTE = timedelta(minutes=1)


@given(st.integers(min_value=-5, max_value=10_000))
def test_the_wait_for_a_fresh_game_grows_from_a_minute_to_ten(times: int) -> None:
    wait = wait_before_asking(times, is_settled=False)
    assert MINUTE <= wait <= wait_before_asking(times + 1, is_settled=False) <= 10 * MINUTE
    assert wait == MINUTE or times > 1


@given(st.integers(min_value=1, max_value=10_000))
def test_a_settled_match_is_asked_for_once_a_month(times: int) -> None:
    assert wait_before_asking(times, is_settled=True) == timedelta(days=30)


@given(number=st.integers(0, 10**20 - 1), latest=st.integers(0, 10**20 - 1))
def test_a_match_is_settled_when_its_number_is_no_greater_than_a_settled_one(number: int, latest: int) -> None:
    assert is_settled(f"EUW1_{number}", [f"EUW1_{latest}"]) is (number <= latest)


@given(st.integers(0, 10**12))
def test_another_platforms_matches_settle_nothing(number: int) -> None:
    assert not is_settled(f"EUW1_{number}", [f"EUN1_{number + 1}", f"KR_{number + 1}"])
    assert not is_settled(f"EUW1_{number}", [])


def test_numbers_are_compared_as_numbers() -> None:
    assert is_settled("EUW1_999", ["EUW1_1000"])
    assert not is_settled("euw_1000", ["EUW1_999"])


def test_nonsense_is_no_match() -> None:
    with pytest.raises(InvalidInput):
        is_settled("nonsense", [])
