import pytest

from src.core.domain.champions import champion_name
from src.core.domain.queues import queue_name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("Ahri", "Ahri"),
        ("MonkeyKing", "Wukong"),
        ("FiddleSticks", "Fiddlesticks"),
        ("MissFortune", "Miss Fortune"),
        ("JarvanIV", "Jarvan IV"),
        ("KSante", "K'Sante"),
        ("Strawberry_Jinx", "Jinx"),
        ("SomebodyNew", "Somebody New"),
        ("", ""),
    ],
)
def test_champions_are_called_as_on_their_cards(key: str, name: str) -> None:
    assert champion_name(key) == name


@pytest.mark.parametrize(
    ("queue_id", "mode", "name"),
    [
        (420, "CLASSIC", "Ranked Solo/Duo"),
        (440, "CLASSIC", "Ranked Flex"),
        (450, "ARAM", "ARAM"),
        (0, "CLASSIC", "Custom game"),
        (1750, "CHERRY", "Arena"),
        (1799, "CHERRY", "Arena (queue 1799)"),
        (4242, "NOBODY_KNOWS", "queue 4242"),
    ],
)
def test_an_unknown_queue_is_called_by_its_number(queue_id: int, mode: str, name: str) -> None:
    assert queue_name(queue_id, mode) == name
