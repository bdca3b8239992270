"""What the parts of a game on Summoner's Rift share: who leads, who has the initiative, the shop."""

import math
import random
from collections.abc import Callable

from src.sandbox.riot.generator.combat import KillBook
from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.queues import Queue
from src.sandbox.riot.generator.rift_map import enemy_of
from src.sandbox.riot.generator.seats import BLUE, RED, Seat
from src.sandbox.riot.generator.shop import Shop
from src.sandbox.riot.generator.simulation import STEP_MS, Simulation

_MOMENTUM_MS = 45_000
_LAST_WORD_MS = 10_000


class RiftState(Simulation):
    """The state that lanes, fights, monsters and sieges read and change.

    `season` is the patch's major number: it decides which epic monsters exist and when they spawn. `baron_until` is
    the game time in ms until which each team has Baron Nashor's help.
    """

    def __init__(self, queue: Queue, seats: list[Seat], rng: random.Random, *, season: int) -> None:
        super().__init__(queue, seats, rng)
        self.season = season
        self.book = KillBook(self)
        self.shop = Shop(self)
        self.baron_until = {BLUE: 0, RED: 0}
        self._momentum: tuple[int, int] = (0, 0)
        self._held_until = {BLUE: 0, RED: 0}

    def lead(self, team_id: int = BLUE) -> float:
        """The logarithm of the ratio of both teams' gold, seen from `team_id`; 0.1 is a clear lead."""
        mine = sum(fighter.gold for fighter in self.fighters if fighter.team == team_id)
        total = sum(fighter.gold for fighter in self.fighters)
        return math.log((4_000 + mine) / (4_000 + total - mine))

    def initiative(self, team_id: int) -> bool:
        """Whether this team has just won a fight."""
        holder, until = self._momentum
        return holder == team_id and self.now < until

    def hold(self, team_id: int, until_ms: int) -> None:
        """Remember that this team is in a fight until then which it does not win."""
        self._held_until[team_id] = max(self._held_until[team_id], until_ms)

    def in_command(self, team_id: int) -> bool:
        """Whether this team can end the game: it is winning the fight there is, and has not just lost one."""
        return self.now >= self._held_until[team_id] and not self.initiative(enemy_of(team_id))

    def end(self, winner: int, cause: Callable[[], None]) -> None:
        """End the game with this step, unless a fight in its last ten seconds has gone the other way."""
        self.later(self.now + STEP_MS - 50, lambda at_ms: self._end(winner, cause, at_ms))

    def _end(self, winner: int, cause: Callable[[], None], at_ms: int) -> None:
        spoils = {BLUE: 0, RED: 0}
        for event in self.events:
            if event["type"] == "CHAMPION_KILL" and event["timestamp"] > at_ms - _LAST_WORD_MS and event["killerId"]:
                spoils[self.by_id[event["killerId"]].team] += event["bounty"] + event["shutdownBounty"]
        if spoils[winner] >= spoils[enemy_of(winner)]:
            cause()
            self.finish(winner)

    def fight_won(self, team_id: int) -> None:
        """Remember who won the last fight; objectives follow from it."""
        self._momentum = (team_id, self.now + _MOMENTUM_MS)

    def opponent(self, fighter: Fighter) -> Fighter:
        """The player of the other team in the same position."""
        return self.by_id[fighter.pid + 5 if fighter.team == BLUE else fighter.pid - 5]
