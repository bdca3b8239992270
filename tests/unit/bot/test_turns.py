"""How soon the same thing is done again."""

import pytest

from src.bot.turns import Turns
from src.core.errors import TooOften
from tests.fakes.clock import FakeClock


def test_the_second_of_two_at_once_is_told_how_long_to_wait() -> None:
    clock = FakeClock()
    turns = Turns(clock)
    turns.take("a")
    clock.advance(1.5)
    with pytest.raises(TooOften) as caught:
        turns.take("a")
    assert caught.value.retry_after == pytest.approx(3.5)
    clock.advance(3.5)
    turns.take("a")


def test_a_refused_turn_does_not_put_the_next_one_off() -> None:
    clock = FakeClock()
    turns = Turns(clock)
    turns.take("a")
    clock.advance(4.9)
    with pytest.raises(TooOften):
        turns.take("a")
    clock.advance(0.1)
    turns.take("a")


def test_a_turn_that_came_to_nothing_can_be_taken_again_at_once() -> None:
    turns = Turns(FakeClock())
    turns.give_back("a")
    turns.take("a")
    turns.give_back("a")
    turns.take("a")
    with pytest.raises(TooOften, match="It is being done"):
        turns.take("a", words="It is being done.")


def test_what_was_long_ago_is_forgotten() -> None:
    clock = FakeClock()
    turns = Turns(clock)
    for number in range(100):
        turns.take(str(number))
        clock.advance(1)
    assert len(turns._taken) <= 6
