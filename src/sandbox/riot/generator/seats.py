"""The draft: who plays which champion, where, with which spells and runes."""

import random
from dataclasses import dataclass
from typing import Any

from src.sandbox.riot.generator.champions import BY_NAME, BY_POSITION, EVERY, POSITIONS, Champion, Style
from src.sandbox.riot.generator.people import Player, bot
from src.sandbox.riot.generator.queues import Course, Queue

BLUE, RED = 100, 200
_FLASH, _IGNITE, _TELEPORT, _SMITE, _HEAL, _EXHAUST, _MARK, _BARRIER = 4, 14, 12, 11, 7, 3, 32, 21
_ARENA_SPELLS = (2201, 2202)
_SECOND_SPELL = {
    "TOP": (_TELEPORT, _TELEPORT, _IGNITE),
    "JUNGLE": (_SMITE,),
    "MIDDLE": (_TELEPORT, _IGNITE, _BARRIER),
    "BOTTOM": (_HEAL, _BARRIER),
    "UTILITY": (_IGNITE, _EXHAUST),
}
_RUNES: dict[Style, tuple[int, tuple[int, ...], int, tuple[int, int]]] = {
    Style.FIGHTER: (8000, (8010, 9111, 9104, 8299), 8400, (8473, 8242)),
    Style.TANK: (8400, (8437, 8446, 8429, 8451), 8300, (8345, 8347)),
    Style.MAGE: (8200, (8229, 8226, 8210, 8237), 8300, (8345, 8347)),
    Style.ASSASSIN: (8100, (8112, 8143, 8137, 8106), 8200, (8233, 8237)),
    Style.MARKSMAN: (8000, (8008, 9111, 9103, 8014), 8100, (8139, 8135)),
    Style.ENCHANTER: (8200, (8214, 8226, 8210, 8237), 8400, (8463, 8453)),
    Style.ENGAGE: (8400, (8439, 8463, 8473, 8242), 8300, (8306, 8347)),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One participant before the game starts.

    `form` is how well this person plays today, in standard deviations; `subteam` is 0 outside the Arena.
    """

    participant_id: int
    team_id: int
    position: str
    player: Player
    champion: Champion
    form: float
    spells: tuple[int, int]
    skill_order: tuple[int, int]
    subteam: int = 0


def perks(style: Style, rng: random.Random) -> dict[str, Any]:
    """The `perks` object of a participant; the vars are what the runes did in the game."""
    primary, first, secondary, second = _RUNES[style]

    def selections(runes: tuple[int, ...]) -> list[dict[str, int]]:
        return [{"perk": rune, "var1": rng.randint(0, 1800), "var2": rng.randint(0, 60), "var3": 0} for rune in runes]

    return {
        "statPerks": {"defense": rng.choice((5001, 5011)), "flex": 5008, "offense": rng.choice((5005, 5008))},
        "styles": [
            {"description": "primaryStyle", "selections": selections(first), "style": primary},
            {"description": "subStyle", "selections": selections(second), "style": secondary},
        ],
    }


def no_perks() -> dict[str, Any]:
    """What the Arena, which has no runes, says about them."""
    nothing = {"perk": 0, "var1": 0, "var2": 0, "var3": 0}
    return {
        "statPerks": {"defense": 0, "flex": 0, "offense": 0},
        "styles": [
            {"description": "primaryStyle", "selections": [dict(nothing) for _ in range(4)], "style": 0},
            {"description": "subStyle", "selections": [dict(nothing) for _ in range(2)], "style": 0},
        ],
    }


def draft(queue: Queue, roster: tuple[Player, ...], rng: random.Random) -> list[Seat]:
    """Seats in participantId order; `roster` gives the people in that order.

    With bots, the roster holds the five people and the bots are added as team 200.
    """
    seats: list[Seat] = []
    subteams = _subteams(queue, rng)
    positions = [POSITIONS[index % 5] if queue.course is Course.RIFT else "" for index in range(queue.players)]
    champions = _champions(positions, roster, rng)
    for index, position in enumerate(positions):
        champion = champions[index]
        is_bot = queue.bots and index >= len(roster)
        subteam = subteams[index] if subteams else 0
        seats.append(
            Seat(
                participant_id=index + 1,
                team_id=BLUE if index < queue.players // 2 else RED,
                position=position,
                player=bot(champion.name, roster[0].platform) if is_bot else roster[index],
                champion=champion,
                form=-2.5 if is_bot else rng.gauss(roster[index].skill, 1),
                spells=_spells(queue, position, rng, is_bot=is_bot),
                skill_order=rng.choice(((1, 2), (1, 3), (2, 1), (3, 1))),
                subteam=subteam,
            )
        )
    return seats


def _champions(positions: list[str], roster: tuple[Player, ...], rng: random.Random) -> list[Champion]:
    """Each seat's champion, none twice: who has favourites for the position chooses first."""
    favourites = {
        index: [BY_NAME[name] for name in role.champions]
        for index, player in enumerate(roster)
        for role in player.roles
        if role.position == positions[index]
    }
    chosen: dict[int, Champion] = {}
    for index in sorted(range(len(positions)), key=lambda index: index not in favourites):
        pool = favourites.get(index) or BY_POSITION.get(positions[index], EVERY)
        free = [champion for champion in pool if champion not in chosen.values()]
        weights = range(len(free), 0, -1) if index in favourites else [1] * len(free)
        chosen[index] = rng.choices(free, weights)[0]
    return [chosen[index] for index in range(len(positions))]


def _spells(queue: Queue, position: str, rng: random.Random, *, is_bot: bool) -> tuple[int, int]:
    if is_bot:
        return (0, 0)
    if queue.course is Course.ARENA:
        return _ARENA_SPELLS
    second = rng.choice(_SECOND_SPELL[position]) if position else rng.choice((_MARK, _IGNITE, _EXHAUST))
    return (second, _FLASH) if rng.random() < 0.5 else (_FLASH, second)  # noqa: PLR2004


def _subteams(queue: Queue, rng: random.Random) -> list[int]:
    if not queue.subteam_size:
        return []
    numbers = [1 + index // queue.subteam_size for index in range(queue.players)]
    rng.shuffle(numbers)
    return numbers
