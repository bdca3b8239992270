from typing import Any

import pytest

from src.adapters.discord_messages.numbers import percent
from src.adapters.discord_messages.place_text import place_phrase
from src.adapters.discord_messages.turn_text import turn_line
from src.core.domain.analysis import Part, Taken
from src.core.domain.facts.model import Place
from src.core.domain.objectives import Objective
from tests.fakes.analyses import BARON, FIGHT

KILL: dict[str, Any] = {"taken": (), "place": Place.MID_LANE, "kills": 1}
DEATH: dict[str, Any] = {"taken": (), "place": Place.RED_BOT_JUNGLE, "deaths": 1}


def taken(objective: Objective, *, is_own: bool = True, is_soul: bool = False) -> Taken:
    return Taken(objective=objective, is_own=is_own, is_soul=is_soul)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({}, "Your team took Baron"),
        ({"taken": (taken(Objective.BARON, is_own=False),)}, "The enemy took Baron"),
        ({"taken": (taken(Objective.DRAGON, is_soul=True),)}, "Your team took the dragon soul"),
        ({"taken": (taken(Objective.TOWER), taken(Objective.TOWER))}, "Your team took 2 towers"),
        (
            {"taken": (taken(Objective.DRAGON, is_soul=True), taken(Objective.TOWER))},
            "Your team took the dragon soul and 1 tower",
        ),
        (
            {"taken": (taken(Objective.TOWER, is_own=False), taken(Objective.DRAGON))},
            "Your team took a dragon, the enemy took a tower",
        ),
        ({**KILL, "part": Part.KILLED}, "Your kill in the mid lane"),
        ({**KILL, "part": Part.HELPED}, "Your assist in the mid lane"),
        (KILL, "A kill of your team in the mid lane"),
        ({**DEATH, "part": Part.DIED}, "Your death in the enemy bot-side jungle"),
        (DEATH, "A death in your team in the enemy bot-side jungle"),
        ({**DEATH, "place": None}, "A death in your team"),
        ({**KILL, "deaths": 1}, "1 kill for 1 death in the mid lane"),
        ({"taken": (), "place": Place.MID_LANE}, "An enemy's death in the mid lane"),
        ({"kills": 1, "part": Part.KILLED}, "Your kill, your team took Baron"),
    ],
)
def test_a_turn_is_one_line(changes: dict[str, Any], what: str) -> None:
    line = turn_line(BARON.model_copy(update=changes), 100)
    assert line == f"**26:00** {what}: win chance 73 % \u2192 82 %."


def test_a_fight_and_what_was_taken_in_it_are_one_line() -> None:
    turn = FIGHT.model_copy(update={"taken": (taken(Objective.BARON),), "kills": 1, "deaths": 0})
    what = "Fight at the dragon pit, 1 kill for 0 deaths, your team took Baron"
    assert turn_line(turn, 100) == f"**24:12** {what}: win chance 48 % \u2192 71 %."


@pytest.mark.parametrize(("team_id", "whose"), [(100, "the enemy"), (200, "your")])
def test_ground_is_the_readers_or_the_enemys(team_id: int, whose: str) -> None:
    turn = FIGHT.model_copy(update={"place": Place.RED_TOP_JUNGLE})
    assert f"in {whose} top-side jungle" in turn_line(turn, team_id)


@pytest.mark.parametrize("place", Place)
def test_every_place_has_words(place: Place) -> None:
    blue, red = place_phrase(place, 100), place_phrase(place, 200)
    assert blue.startswith(("in ", "at "))
    has_a_side = place.value.startswith(("blue", "red"))
    assert (blue != red) == has_a_side


def test_what_is_open_is_never_called_sure() -> None:
    assert [percent(share) for share in (0.004, 0.0, 0.5, 0.996, 1.0)] == ["<1 %", "0 %", "50 %", ">99 %", "100 %"]
