"""How soon the same thing is done again."""

import pytest

from src.bot.cooldowns import Cooldowns
from src.core.errors import TooOften
from tests.fakes.clock import FakeClock


def test_the_second_of_two_at_once_is_told_how_long_to_wait() -> None:
    clock = FakeClock()
    cooldowns = Cooldowns(clock)
    cooldowns.take("a")
    clock.advance(1.5)
    with pytest.raises(TooOften) as caught:
        cooldowns.take("a")
    assert caught.value.retry_after == pytest.approx(3.5)
    clock.advance(3.5)
    cooldowns.take("a")


def test_a_refused_thing_does_not_put_the_next_one_off() -> None:
    clock = FakeClock()
    cooldowns = Cooldowns(clock)
    cooldowns.take("a")
    clock.advance(4.9)
    with pytest.raises(TooOften):
        cooldowns.take("a")
    clock.advance(0.1)
    cooldowns.take("a")


def test_what_came_to_nothing_can_be_taken_again_at_once() -> None:
    cooldowns = Cooldowns(FakeClock())
    cooldowns.give_back("a")
    cooldowns.take("a")
    cooldowns.give_back("a")
    cooldowns.take("a")
    with pytest.raises(TooOften, match="It is being done"):
        cooldowns.take("a", words="It is being done.")


def test_what_was_long_ago_is_forgotten() -> None:
    clock = FakeClock()
    cooldowns = Cooldowns(clock)
    for number in range(100):
        cooldowns.take(str(number))
        clock.advance(1)
    assert len(cooldowns._taken) <= 6
