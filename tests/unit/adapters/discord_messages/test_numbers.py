import pytest

from src.adapters.discord_messages.numbers import (
    about,
    counted,
    game_clock,
    listed,
    ordinal,
    signed,
    signed_thousands,
    win_percent,
)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.99, "0:59"), (60, "1:00"), (754.9, "12:34"), (3605, "60:05")]
)
def test_the_game_clock_shows_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert game_clock(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0"), (1204, "+1,204"), (-350, "\u2212350"), (-12345, "\u221212,345")]
)
def test_differences_have_a_sign(number: int, shown: str) -> None:
    assert signed(number) == shown


@pytest.mark.parametrize(
    ("gold", "shown"),
    [(0, "0"), (49, "0"), (-50, "\u22120.1k"), (-8205, "\u22128.2k"), (13_326, "+13.3k"), (2000, "+2.0k")],
)
def test_gold_in_thousands_has_a_sign_and_one_decimal(gold: int, shown: str) -> None:
    assert signed_thousands(gold) == shown


@pytest.mark.parametrize(
    ("chance", "shown"),
    [
        (0.5, "50"),
        (0.4999, "49"),
        (0.5001, "51"),
        (0.496, "49"),
        (0.494, "49"),
        (0.999, ">99"),
        (1, "100"),
    ],
)
def test_only_an_even_chance_is_called_even(chance: float, shown: str) -> None:
    """No line ends between the number and its sign."""
    assert win_percent(chance) == f"{shown}\u00a0%"


def test_one_is_singular() -> None:
    assert [counted(n, "kill") for n in (0, 1, 2, 1500)] == ["0 kills", "1 kill", "2 kills", "1,500 kills"]


def test_lists_end_with_and() -> None:
    assert [listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, None), (float("nan"), None), (-3, None), (0.9, None), (1, "about 1 s"), (9.4, "about 9 s"),
        (42, "about 40 s"), (89, "about 90 s"), (91, "about 2 min"), (3540, "about 59 min"), (3590, "about 1 h"),
        (4_790, "about 1 h 20 min"), (86_399, "about 24 h"), (86_400, "about 1 day"), (200_000, "about 2 days"),
    ],
)  # fmt: skip
def test_an_estimate_is_rounded_as_people_do(seconds: float | None, said: str | None) -> None:
    assert about(seconds) == said
