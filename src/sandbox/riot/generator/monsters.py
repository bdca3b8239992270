"""Epic monsters: when they spawn, who takes them and what that brings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from src.sandbox.riot.generator import rift_map
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.rift_map import ATAKHAN_PIT, BARON_PIT, DRAGON_PIT
from src.sandbox.riot.generator.rift_state import RiftState
from src.sandbox.riot.generator.seats import BLUE, RED

Brawl: TypeAlias = "Callable[[Point], None]"

_SECOND = 1_000
_MINUTE = 60_000
_DRAGONS = {
    "AIR_DRAGON": "Cloud",
    "EARTH_DRAGON": "Mountain",
    "FIRE_DRAGON": "Infernal",
    "WATER_DRAGON": "Ocean",
    "HEXTECH_DRAGON": "Hextech",
    "CHEMTECH_DRAGON": "Chemtech",
}
_SOUL = 4
_LAST_SEASON_WITH_ATAKHAN = 15


@dataclass(slots=True)
class _Camp:
    """An epic monster's pit: the next spawn, and what taking it is worth to each of the team."""

    kind: str
    place: Point
    up_from_ms: int
    gone_at_ms: int
    respawn_ms: int
    eagerness: float
    gold: int
    experience: int
    left: int = 99


class Monsters:
    """Dragons, void grubs, the Rift Herald, Atakhan and Baron Nashor."""

    def __init__(self, game: RiftState, brawl: Brawl) -> None:
        self._game = game
        self._brawl = brawl
        self._dragons_by_team = {BLUE: 0, RED: 0}
        self._soul_announced = False
        order = list(_DRAGONS)
        game.rng.shuffle(order)
        self._dragon_order = order
        never = 999 * _MINUTE
        pace = game.queue.pace
        baron_ms = 25 if game.season <= _LAST_SEASON_WITH_ATAKHAN else 20
        self._camps = [
            _Camp("DRAGON", DRAGON_PIT, int(300 * _SECOND / pace), never, int(300 * _SECOND / pace), 0.42, 35, 130),
            _Camp("HORDE", BARON_PIT, int(480 * _SECOND / pace), int(885 * _SECOND / pace), 0, 0.85, 30, 80, left=3),
            _Camp(
                "RIFTHERALD",
                BARON_PIT,
                int(900 * _SECOND / pace),
                int(1_185 * _SECOND / pace),
                never,
                0.4,
                80,
                200,
                left=1,
            ),
            _Camp("BARON_NASHOR", BARON_PIT, int(baron_ms * _MINUTE / pace), never, 6 * _MINUTE, 0.16, 300, 600),
        ]
        if game.season <= _LAST_SEASON_WITH_ATAKHAN:
            self._camps.append(
                _Camp("ATAKHAN", ATAKHAN_PIT, int(20 * _MINUTE / pace), never, never, 0.45, 150, 350, left=1)
            )

    def step(self) -> None:
        """Maybe somebody tries for a monster that is up."""
        game = self._game
        for camp in self._camps:
            if not camp.left or not camp.up_from_ms <= game.now < camp.gone_at_ms:
                continue
            eager = max(BLUE, RED, key=lambda team: game.initiative(team) + 0.001 * game.rng.random())
            boost = 4.0 if game.initiative(eager) else 1.0
            if game.chance(camp.eagerness * boost / 12):
                self._attempt(camp)

    def _attempt(self, camp: _Camp) -> None:
        game, rng = self._game, self._game.rng
        camp.up_from_ms = game.now + 30 * _SECOND
        contested = game.chance(0.35) and not game.initiative(BLUE) and not game.initiative(RED)
        if contested:
            self._brawl(camp.place)
        edge = 4.0 * game.lead() + (1.6 if game.initiative(BLUE) else -1.6 if game.initiative(RED) else 0.0)
        favourite = BLUE if game.favours(edge) else RED
        game.later(game.now + rng.randrange(8, 24) * _SECOND, self._taker(camp, favourite))

    def _taker(self, camp: _Camp, favourite: int) -> Callable[[int], None]:
        return lambda at_ms: self._take(at_ms, camp, favourite)

    def _take(self, at_ms: int, camp: _Camp, favourite: int) -> None:
        game, rng = self._game, self._game.rng
        standing = {team: [fighter for fighter in game.team(team) if fighter.alive(at_ms)] for team in (BLUE, RED)}
        team = favourite
        if len(standing[team]) + 1 < len(standing[rift_map.enemy_of(team)]):
            team = rift_map.enemy_of(team)
        takers = standing[team]
        if not takers or not camp.left:
            return
        junglers = [fighter for fighter in takers if fighter.seat.position == "JUNGLE"]
        killer = junglers[0] if junglers and game.chance(0.72) else rng.choice(takers)
        assisting = [fighter for fighter in takers if fighter is not killer and game.chance(0.55)]
        subtype = self._dragon_type() if camp.kind == "DRAGON" else ""
        self._write(at_ms, camp, killer, assisting, subtype)
        for fighter in takers:
            fighter.gold += camp.gold
            game.learn(fighter, camp.experience * (1.0 if fighter is killer or fighter in assisting else 0.3), at_ms)
        for fighter in (killer, *assisting):
            fighter.to_epics += rng.randrange(900, 4_000)
            fighter.errand, fighter.busy_until_ms = camp.place, at_ms + 10 * _SECOND
        camp.left -= 1
        camp.up_from_ms = at_ms + camp.respawn_ms
        if camp.kind == "DRAGON":
            self._after_dragon(at_ms, camp, team, subtype)
        elif camp.kind == "BARON_NASHOR":
            game.baron_until[team] = at_ms + 3 * _MINUTE

    def _write(self, at_ms: int, camp: _Camp, killer: Fighter, assisting: list[Fighter], subtype: str) -> None:
        fields: dict[str, object] = {}
        if assisting:
            fields["assistingParticipantIds"] = sorted(assistant.pid for assistant in assisting)
        fields |= {"bounty": 0, "killerId": killer.pid, "killerTeamId": killer.team}
        if subtype:
            fields["monsterSubType"] = subtype
        x, y = camp.place
        self._game.record("ELITE_MONSTER_KILL", at_ms, **fields, monsterType=camp.kind, position={"x": x, "y": y})

    def _dragon_type(self) -> str:
        taken = sum(self._dragons_by_team.values())
        if max(self._dragons_by_team.values()) >= _SOUL:
            return "ELDER_DRAGON"
        return self._dragon_order[min(taken, 2)]

    def _after_dragon(self, at_ms: int, camp: _Camp, team: int, subtype: str) -> None:
        if subtype == "ELDER_DRAGON":
            camp.up_from_ms = at_ms + 6 * _MINUTE
            return
        self._dragons_by_team[team] += 1
        soul = _DRAGONS[self._dragon_order[2]]
        if sum(self._dragons_by_team.values()) == 2 and not self._soul_announced:  # noqa: PLR2004
            self._soul_announced = True
            self._game.record("DRAGON_SOUL_GIVEN", at_ms, name=soul, teamId=0)
        if self._dragons_by_team[team] == _SOUL:
            camp.up_from_ms = at_ms + 6 * _MINUTE
            self._game.record("DRAGON_SOUL_GIVEN", at_ms, name=soul, teamId=team)
