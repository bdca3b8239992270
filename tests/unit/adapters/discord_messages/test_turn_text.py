from typing import Any

import pytest

from src.adapters.discord_messages.place_text import place_phrase
from src.adapters.discord_messages.turn_text import percent, turn_line
from src.core.domain.facts.model import MomentKind, Objective, Place
from tests.fakes.analyses import BARON, FIGHT

KILL: dict[str, Any] = {"kind": MomentKind.KILL, "objective": None, "place": Place.MID_LANE}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "**26:00** Your team took Baron: win chance 73 % \u2192 82 %."),
        (
            {"is_own": False, "before": 0.4, "after": 0.3},
            "**26:00** The enemy took Baron: win chance 40 % \u2192 30 %.",
        ),
        (
            {"objective": Objective.DRAGON, "is_soul": True},
            "**26:00** Your team took the dragon soul: win chance 73 % \u2192 82 %.",
        ),
        ({**KILL, "had_part": True}, "**26:00** Your takedown in the mid lane: win chance 73 % \u2192 82 %."),
        (
            {**KILL, "had_part": True, "is_own": False, "before": 0.5, "after": 0.45},
            "**26:00** Your death in the mid lane: win chance 50 % \u2192 45 %.",
        ),
        (KILL, "**26:00** A kill of your team in the mid lane: win chance 73 % \u2192 82 %."),
        (
            {**KILL, "is_own": False, "place": None},
            "**26:00** A death in your team: win chance 73 % \u2192 82 %.",
        ),
    ],
)
def test_a_turn_is_one_line(changes: dict[str, Any], line: str) -> None:
    assert turn_line(BARON.model_copy(update=changes), 100) == line


def test_a_fight_without_the_player_is_said_to_be_one() -> None:
    absent = FIGHT.model_copy(update={"had_part": False, "enemy_deaths": 1, "own_deaths": 3})
    assert "Fight without you at the dragon pit, 1 kill for 3 deaths:" in turn_line(absent, 100)


@pytest.mark.parametrize("place", Place)
def test_every_place_has_words(place: Place) -> None:
    blue, red = place_phrase(place, 100), place_phrase(place, 200)
    assert blue.startswith(("in ", "at "))
    has_a_side = place.value.startswith(("blue", "red"))
    assert (blue != red) == has_a_side


def test_what_is_open_is_never_called_sure() -> None:
    assert [percent(share) for share in (0.004, 0.0, 0.5, 0.996, 1.0)] == ["<1 %", "0 %", "50 %", ">99 %", "100 %"]
