from typing import Any

import pytest

from src.adapters.discord_messages.numbers import percent
from src.adapters.discord_messages.place_text import place_phrase
from src.adapters.discord_messages.turn_text import chance, turn_sentence
from src.core.domain.analysis import Part, Taken
from src.core.domain.facts.model import Place
from src.core.domain.objectives import Objective
from tests.fakes.analyses import BARON, FIGHT

KILL: dict[str, Any] = {"taken": (), "place": Place.MID_LANE, "kills": 1}
DEATH: dict[str, Any] = {"taken": (), "place": Place.RED_BOT_JUNGLE, "deaths": 1}
LOST: dict[str, Any] = {"is_fight": True, "kills": 2, "deaths": 5}


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
            "Your team took the dragon soul and a tower",
        ),
        (
            {"taken": (taken(Objective.DRAGON, is_soul=True), taken(Objective.TOWER), taken(Objective.BARON))},
            "Your team took the dragon soul, Baron and a tower",
        ),
        ({"kills": 1}, "Your team got a kill and took Baron"),
        (
            {"taken": (taken(Objective.TOWER, is_own=False), taken(Objective.DRAGON))},
            "Your team took a dragon; the enemy took a tower",
        ),
        ({**KILL, "parts": (Part.KILLED,)}, "Your kill in the mid lane"),
        ({**KILL, "parts": (Part.HELPED,)}, "Your assist in the mid lane"),
        (KILL, "Your team got a kill in the mid lane"),
        ({**DEATH, "parts": (Part.DIED,)}, "Your death in the enemy bot-side jungle"),
        (DEATH, "Your team lost a player in the enemy bot-side jungle"),
        ({**DEATH, "place": None}, "Your team lost a player"),
        ({**KILL, "deaths": 1}, "Your team traded 1 kill for 1 death in the mid lane"),
        ({**KILL, "kills": 2}, "Your team got 2 kills in the mid lane"),
        ({**DEATH, "deaths": 2}, "Your team lost 2 players in the enemy bot-side jungle"),
        ({"taken": (), "place": Place.MID_LANE}, "An enemy's death in the mid lane"),
        ({"kills": 1, "parts": (Part.KILLED,)}, "Your kill; your team took Baron"),
        ({"is_fight": True, "kills": 4, "deaths": 1}, "Your team won a fight 4 for 1 and took Baron"),
        (LOST, "Your team lost a fight 2 for 5 but took Baron"),
        (
            {**LOST, "taken": (taken(Objective.BARON, is_own=False),), "place": Place.BARON_PIT},
            "Your team lost a fight 2 for 5 at the Baron pit; the enemy took Baron",
        ),
        ({"is_fight": True, "kills": 3, "deaths": 3, "taken": ()}, "Your team fought 3 for 3"),
        (
            {**LOST, "taken": (), "parts": (Part.KILLED, Part.DIED, Part.HELPED, Part.KILLED)},
            "Your team lost a fight 2 for 5 (you: 2 kills, 1 assist and 1 death)",
        ),
    ],
)
def test_a_turn_is_one_sentence(changes: dict[str, Any], what: str) -> None:
    assert turn_sentence(BARON.model_copy(update=changes), 100) == what


def test_a_chance_stays_in_one_piece() -> None:
    assert chance(0.48, 0.71) == "48\u00a0%\u00a0\u2192\u00a071\u00a0%"


@pytest.mark.parametrize(("team_id", "whose"), [(100, "the enemy"), (200, "your")])
def test_ground_is_the_readers_or_the_enemys(team_id: int, whose: str) -> None:
    turn = FIGHT.model_copy(update={"place": Place.RED_TOP_JUNGLE})
    assert f"in {whose} top-side jungle" in turn_sentence(turn, team_id)


@pytest.mark.parametrize("place", Place)
def test_every_place_has_words(place: Place) -> None:
    blue, red = place_phrase(place, 100), place_phrase(place, 200)
    assert blue.startswith(("in ", "at "))
    has_a_side = place.value.startswith(("blue", "red"))
    assert (blue != red) == has_a_side


def test_what_is_open_is_never_called_sure() -> None:
    shown = [percent(share).replace("\u00a0", " ") for share in (0.004, 0.0, 0.5, 0.996, 1.0)]
    assert shown == ["<1 %", "0 %", "50 %", ">99 %", "100 %"]
