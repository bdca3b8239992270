"""The accounts of the generated world: the personas and the strangers they meet."""

import random
from collections.abc import Iterator

from src.sandbox.riot.generator.champions import POSITIONS
from src.sandbox.riot.generator.people import Player, named, stranger
from src.sandbox.riot.personas import PARTNER, PERSONAS
from src.sandbox.riot.routines import Chapter

_STRANGERS = 240
_CIRCLES = 2
_SECOND_ROLE_SHARE = 1 / 7


class Population:
    """The personas' accounts and the strangers they meet, per platform."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"{seed}/people")  # noqa: S311 - reproducible on purpose
        self.players: tuple[Player, ...] = tuple(
            named(
                rng,
                persona.platform,
                persona.riot_id,
                icon=persona.icon,
                level=persona.level,
                roles=persona.roles,
                skill=persona.skill,
                remark=persona.remark,
            )
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

    def strangers(self, number: int, people: int, seed: str) -> list[Player]:
        """So many of those that persona `number` meets: two personas who play at once meet different people."""
        circle = self._strangers[PERSONAS[number].platform][number % _CIRCLES :: _CIRCLES]
        return random.Random(seed).sample(circle, people)  # noqa: S311

    def roster(self, number: int, chapter: Chapter, seed: str) -> tuple[Player, ...]:
        """Who plays in a game of persona `number`, in participantId order."""
        queue = chapter.queue
        people = 5 if queue.bots else queue.players
        if chapter.misplaced:
            return tuple(self.strangers(number, people, seed))
        rng = random.Random(f"{chapter.showcase or seed}/seat")  # noqa: S311
        owner = self.players[number]
        second = len(owner.roles) > 1 and rng.random() < _SECOND_ROLE_SHARE
        blue = queue.bots or rng.random() < 0.5  # noqa: PLR2004
        roster = self.strangers(number, people, seed)
        roster[_seat(owner.roles[1 if second else 0].position, blue=blue)] = owner
        if chapter.with_partner:
            partner = self.players[PARTNER]
            roster[_seat(partner.roles[0].position, blue=blue)] = partner
        return tuple(roster)


def _seat(position: str, *, blue: bool) -> int:
    return POSITIONS.index(position) + (0 if blue else 5)
