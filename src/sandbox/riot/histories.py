"""Who the people of the generated world are, and which games each has played."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from src.sandbox.riot.generator import GamePlan, Queue
from src.sandbox.riot.generator.people import Player, named, stranger
from src.sandbox.riot.generator.queues import (
    ARAM,
    ARENA,
    ARENA_TRIOS,
    COOP_VS_AI,
    NORMAL_BLIND,
    NORMAL_DRAFT,
    QUICKPLAY,
    RANKED_FLEX,
    RANKED_SOLO,
    SWIFTPLAY,
    UNKNOWN,
)

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_STRANGERS = 240
_FIRST_GAME_ID = 5_000_000_000
_IDS = 100_000
_TIMELINE_LIFE_MS = 365 * _DAY_MS


@dataclass(frozen=True, slots=True)
class Persona:
    """A player of the world and the account's circumstances."""

    riot_id: str
    platform: str
    icon: int
    level: int
    favourite_seat: int
    tier: str = ""
    division: str = ""
    points: int = 0


PERSONAS = (
    Persona("Ashen Koda#NA1", "NA1", 588, 187, 2, "EMERALD", "II", 47),
    Persona("Zoë Łuków#DUO", "NA1", 4568, 243, 3, "EMERALD", "IV", 12),
    Persona("달빛 고양이#KR1", "KR", 3587, 96, 1, "GOLD", "I", 88),
    Persona("ΑΘΗΝΑ Nyx#EUW", "EUW1", 29, 310, 4, "DIAMOND", "IV", 3),
    Persona("Quiet Harbor#NA1", "NA1", 7, 31, 0),
)
MAIN, PARTNER, KOREAN, EUROPEAN, NEWCOMER = range(5)
"""Indices into the personas; the newcomer has never played."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One game in somebody's history: what it was and what became of its documents.

    `misplaced`: Riot lists it although the player was not in it.
    """

    queue: Queue
    misplaced: bool = False
    remake: bool = False
    match_gone: bool = False
    timeline_gone: bool = False
    with_partner: bool = False
    years_ago: int = 0


_OF_NOTE = (
    Chapter(RANKED_SOLO),
    Chapter(RANKED_SOLO),
    Chapter(ARAM),
    Chapter(RANKED_SOLO),
    Chapter(RANKED_SOLO, remake=True),
    Chapter(ARENA),
    Chapter(RANKED_FLEX, with_partner=True),
    Chapter(UNKNOWN),
    Chapter(RANKED_SOLO, timeline_gone=True),
    Chapter(RANKED_SOLO, match_gone=True),
    Chapter(SWIFTPLAY),
    Chapter(COOP_VS_AI),
    Chapter(NORMAL_DRAFT, with_partner=True),
    Chapter(NORMAL_BLIND),
    Chapter(QUICKPLAY),
    Chapter(ARENA_TRIOS),
    Chapter(RANKED_SOLO, misplaced=True),
)
_USUAL = (RANKED_SOLO, RANKED_SOLO, RANKED_FLEX, RANKED_SOLO, ARAM)
_LONG_AGO = tuple(Chapter(RANKED_SOLO, timeline_gone=True, years_ago=1) for _ in range(4))
STORIES: tuple[tuple[Chapter, ...], ...] = (
    (*_OF_NOTE, *(Chapter(_USUAL[index % 5], with_partner=not index % 6) for index in range(1, 24)), *_LONG_AGO),
    tuple(Chapter(queue) for queue in (RANKED_SOLO, ARAM, RANKED_FLEX)),
    tuple(Chapter(queue) for queue in (RANKED_SOLO, RANKED_SOLO, ARAM, RANKED_FLEX, RANKED_SOLO, SWIFTPLAY)),
    tuple(Chapter(queue) for queue in (RANKED_SOLO, ARAM, RANKED_SOLO, NORMAL_DRAFT, RANKED_FLEX)),
    (),
)


@dataclass(frozen=True, slots=True)
class Game:
    """A planned game with the fate of its documents; `template` names the game it is a copy of.

    `listed_for` also has it in the match list, without having been in it.
    """

    plan: GamePlan
    listed_for: Player | None = None
    match_gone: bool = False
    timeline_gone: bool = False
    template: int | None = None


class Population:
    """The personas' accounts and the strangers they meet, per platform."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        rng = random.Random(f"{seed}/people")  # noqa: S311 - reproducible on purpose
        self.players: tuple[Player, ...] = tuple(
            named(rng, persona.platform, persona.riot_id, icon=persona.icon, level=persona.level)
            for persona in PERSONAS
        )
        self._strangers: dict[str, list[Player]] = {}
        for platform in dict.fromkeys(persona.platform for persona in PERSONAS):
            self._strangers[platform] = [stranger(rng, platform) for _ in range(_STRANGERS)]

    def everybody(self) -> Iterator[Player]:
        """Personas first, then strangers."""
        yield from self.players
        for strangers in self._strangers.values():
            yield from strangers

    def roster(self, owner: Player, seat: int, queue: Queue, seed: str, partner: Player | None) -> tuple[Player, ...]:
        """Who plays in a game of `owner`, in participantId order."""
        rng = random.Random(seed)  # noqa: S311
        people = 5 if queue.bots else queue.players
        others = rng.sample(self._strangers[owner.platform], people - 1)
        blue = queue.bots or rng.random() < 0.5  # noqa: PLR2004
        index = seat if blue else seat + 5
        roster = [*others[:index], owner, *others[index:]]
        if partner is not None:
            beside = index + 1 if index % 5 < 4 else index - 1  # noqa: PLR2004
            roster[beside] = partner
        return tuple(roster)

    def strangers(self, platform: str, count: int, seed: str) -> tuple[Player, ...]:
        """A game's roster without any of the personas."""
        return tuple(random.Random(seed).sample(self._strangers[platform], count))  # noqa: S311


@dataclass(frozen=True, slots=True)
class Almanac:
    """Plans every game of a world.

    The newest game ended within the hour before `now_ms` (Unix ms). Stories with fewer than `at_least` matches are
    topped up with copies, made from `templates` different games per queue.
    """

    population: Population
    seed: int
    now_ms: int
    at_least: int
    templates: int

    def games(self) -> Iterator[Game]:
        """The games of every persona, newest first for each."""
        for number, story in enumerate(STORIES):
            if story:
                yield from self._games_of(number, story)

    def _games_of(self, number: int, story: tuple[Chapter, ...]) -> Iterator[Game]:
        player, persona = self.population.players[number], PERSONAS[number]
        rng = random.Random(f"{self.seed}/{number}/times")  # noqa: S311
        created_ms = self.now_ms - 55 * _MINUTE_MS - number * _HOUR_MS
        for index in range(max(len(story), self.at_least)):
            chapter = story[index] if index < len(story) else Chapter(_USUAL[index % len(_USUAL)])
            game_seed = f"{self.seed}/{number}/{index}"
            partner = self.population.players[PARTNER] if chapter.with_partner else None
            roster = self.population.roster(player, persona.favourite_seat, chapter.queue, game_seed, partner)
            if chapter.misplaced:
                roster = self.population.strangers(player.platform, len(roster), game_seed)
            # Newer games have higher ids; the number keeps the ids of one platform apart.
            game_id = _FIRST_GAME_ID + (_IDS - index) * 16 + number
            plan = GamePlan(
                match_id=f"{player.platform}_{game_id}",
                queue=chapter.queue,
                created_ms=created_ms - chapter.years_ago * (_TIMELINE_LIFE_MS + 20 * _DAY_MS),
                roster=roster,
                seed=game_seed,
                remake=chapter.remake,
            )
            yield Game(
                plan,
                listed_for=player if chapter.misplaced else None,
                match_gone=chapter.match_gone,
                timeline_gone=chapter.timeline_gone,
                template=index % self.templates if index >= len(story) else None,
            )
            created_ms -= _pause(rng)


def _pause(rng: random.Random) -> int:
    """Time between the starts of two games: mostly the next one at once, sometimes a day later."""
    if rng.random() < 0.65:  # noqa: PLR2004
        return rng.randrange(42, 70) * _MINUTE_MS
    return rng.randrange(8 * 60, 40 * 60) * _MINUTE_MS
