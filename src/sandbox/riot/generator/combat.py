"""Champion kills: who gets what for them, and how they read in a timeline."""

import random
from typing import Any

from src.sandbox.riot.generator.champions import Style
from src.sandbox.riot.generator.fighter import Fighter, Point
from src.sandbox.riot.generator.frames import max_health
from src.sandbox.riot.generator.levels import death_timer_ms, kill_experience
from src.sandbox.riot.generator.simulation import Simulation

_KILL_GOLD = 300
_FIRST_BLOOD_GOLD = 400
_MULTIKILL_WINDOW_MS = 10_000
_SPREE = 3
_SUPPORT_DAMAGE = 0.35
_DAMAGE_TYPES: dict[Style, tuple[float, float]] = {
    Style.FIGHTER: (0.85, 0.08),
    Style.TANK: (0.38, 0.56),
    Style.MAGE: (0.08, 0.88),
    Style.ASSASSIN: (0.87, 0.05),
    Style.MARKSMAN: (0.86, 0.08),
    Style.ENCHANTER: (0.14, 0.83),
    Style.ENGAGE: (0.3, 0.65),
}
_BASIC_ATTACK_SLOT = 64


def split(amount: int, style: Style) -> tuple[int, int, int]:
    """Physical, magic and true damage of somebody who fights in this style; they add up to `amount`."""
    physical_share, magic_share = _DAMAGE_TYPES[style]
    physical, magic = int(amount * physical_share), int(amount * magic_share)
    return physical, magic, amount - physical - magic


def hurt(attacker: Fighter, victim: Fighter, amount: int) -> None:
    """Count damage from one champion to another on both sides."""
    parts = split(amount, attacker.seat.champion.style)
    attacker.to_champions.add(*parts)
    victim.taken.add(*parts)


class KillBook:
    """Writes kills into a simulation and keeps what spans several of them: first blood, aces, bounties."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._first_blood = False

    def kill(self, at_ms: int, killer: Fighter | None, victim: Fighter, assisting: list[Fighter], place: Point) -> None:
        """`victim` dies. Without a killer it is an execution: a death, nobody's kill.

        The caller has made sure that everybody involved is alive.
        """
        shutdown = min(700, 150 * (victim.streak - _SPREE + 1)) if victim.streak >= _SPREE and killer else 0
        bounty = self._bounty(victim) if killer else 0
        event: dict[str, Any] = {}
        if assisting:
            event["assistingParticipantIds"] = sorted(assistant.pid for assistant in assisting)
        event |= {
            "bounty": bounty,
            "killStreakLength": killer.streak if killer else 0,
            "killerId": killer.pid if killer else 0,
            "position": {"x": place[0], "y": place[1]},
            "shutdownBounty": shutdown,
        }
        event |= self._damage(killer, victim, assisting)
        self._sim.record("CHAMPION_KILL", at_ms, **event, victimId=victim.pid)
        first_blood = killer is not None and not self._first_blood
        if killer is not None:
            self._reward(at_ms, killer, victim, assisting, bounty + shutdown)
        self._bury(at_ms, victim)
        if killer is not None:
            self._special(at_ms, killer, victim, assisting, place, first_blood=first_blood)

    def _bounty(self, victim: Fighter) -> int:
        if not self._first_blood:
            return _FIRST_BLOOD_GOLD
        lead = victim.gold - sum(fighter.gold for fighter in self._sim.fighters) / len(self._sim.fighters)
        if victim.tallies.get("deathsInARow", 0) > 1 and lead < 0:
            return 274 if victim.tallies["deathsInARow"] == 2 else 219  # noqa: PLR2004
        return _KILL_GOLD + 10 * max(0, min(15, int(lead / 200)))

    def _reward(self, at_ms: int, killer: Fighter, victim: Fighter, assisting: list[Fighter], gold: int) -> None:
        sim = self._sim
        killer.gold += gold
        killer.tally("bountyGold", gold - _KILL_GOLD if gold > _KILL_GOLD else 0)
        killer.kills += 1
        killer.streak += 1
        killer.tallies["deathsInARow"] = 0
        killer.largest_streak = max(killer.largest_streak, killer.streak)
        killer.sprees += killer.streak == _SPREE
        killer.chain = killer.chain + 1 if at_ms - killer.last_kill_ms < _MULTIKILL_WINDOW_MS else 1
        killer.last_kill_ms = at_ms
        killer.multikills[min(killer.chain, 5)] += 1
        if not assisting:
            killer.tally("soloKills")
        experience = kill_experience(victim.level)
        sim.learn(killer, experience * (0.75 if assisting else 1.0), at_ms)
        for assistant in assisting:
            assistant.assists += 1
            assistant.gold += gold * 0.5 / len(assisting)
            sim.learn(assistant, experience * 0.55 / len(assisting), at_ms)

    def _bury(self, at_ms: int, victim: Fighter) -> None:
        victim.deaths += 1
        victim.streak = 0
        victim.tally("deathsInARow")
        timer = death_timer_ms(victim.level, at_ms)
        victim.dead_until_ms = at_ms + timer
        victim.dead_ms += timer
        victim.longest_life_ms = max(victim.longest_life_ms, at_ms - victim.alive_since_ms)
        victim.alive_since_ms = at_ms + timer
        victim.errand = None

    def _special(
        self, at_ms: int, killer: Fighter, victim: Fighter, assisting: list[Fighter], place: Point, *, first_blood: bool
    ) -> None:
        sim = self._sim
        where = {"killerId": killer.pid, "position": {"x": place[0], "y": place[1]}}
        if first_blood:
            self._first_blood = True
            sim.record("CHAMPION_SPECIAL_KILL", at_ms, killType="KILL_FIRST_BLOOD", **where)
            killer.tally("firstBloodKill")
            for assistant in assisting:
                assistant.tally("firstBloodAssist")
        if killer.chain > 1:
            sim.record(
                "CHAMPION_SPECIAL_KILL", at_ms, killType="KILL_MULTI", multiKillLength=min(killer.chain, 5), **where
            )
        team = sim.side_of(victim)
        if len(team) > 1 and not any(fighter.alive(at_ms) for fighter in team):
            sim.record("CHAMPION_SPECIAL_KILL", at_ms, killType="KILL_ACE", **where)
            killer.tally("aces")

    def _damage(self, killer: Fighter | None, victim: Fighter, assisting: list[Fighter]) -> dict[str, Any]:
        rng = self._sim.rng
        attackers = ([killer] if killer else []) + assisting
        pool = int(max_health(victim) * rng.uniform(0.95, 1.5))
        weights = [
            (1.2 if attacker is killer else rng.uniform(0.2, 0.9))
            * (_SUPPORT_DAMAGE if attacker.seat.position == "UTILITY" else 1.0)
            for attacker in attackers
        ]
        total = sum(weights) or 1.0
        received: list[dict[str, Any]] = []
        for attacker, weight in zip(attackers, weights, strict=True):
            amount = int(pool * weight / total)
            hurt(attacker, victim, amount)
            received += _portions(attacker, amount, rng, shown_as=attacker.pid)
            attacker.controlled_ms += rng.randrange(300, 2_500)
        if killer is None or self._sim.chance(0.25):
            received.append(self._environment(victim, pool, lethal=killer is None))
        dealt: list[dict[str, Any]] = []
        back = pool * (_SUPPORT_DAMAGE if victim.seat.position == "UTILITY" else 1.0) / max(1, len(attackers)) ** 0.5
        for attacker in attackers:
            amount = int(back * rng.uniform(0.1, 0.55))
            hurt(victim, attacker, amount)
            dealt += _portions(victim, amount, rng, shown_as=attacker.pid)
        shown = {"victimDamageDealt": dealt} if dealt else {}
        return shown | {"victimDamageReceived": received}

    def _environment(self, victim: Fighter, pool: int, *, lethal: bool) -> dict[str, Any]:
        """Damage by a turret (which executed somebody) or by minions that joined in."""
        amount = int(pool * (1.0 if lethal else 0.12))
        victim.taken.add(amount, 0, 0)
        kind, name = ("TOWER", "Turret") if lethal else ("MINION", "SRU_ChaosMinionMelee")
        return _portion(name, 0, "", -1, (amount, 0, 0), kind=kind, basic=True)


def _portions(source: Fighter, amount: int, rng: random.Random, *, shown_as: int) -> list[dict[str, Any]]:
    """Cut an amount into attacks and spells. `participantId` is the other party, as Riot has it."""
    champion = source.seat.champion
    count = rng.randint(2, 7)
    cuts = [rng.uniform(0.3, 1.0) for _ in range(count)]
    scale = amount / sum(cuts)
    portions = []
    for cut in cuts:
        slot = rng.choice((0, 1, 2, 3, _BASIC_ATTACK_SLOT, _BASIC_ATTACK_SLOT))
        basic = slot == _BASIC_ATTACK_SLOT
        spell = "basicattack" if basic else "qwer"[slot]
        portions.append(
            _portion(
                champion.name,
                shown_as,
                champion.spell_prefix + spell,
                slot,
                split(int(cut * scale), Style.MARKSMAN if basic else champion.style),
                basic=basic,
            )
        )
    return portions


def _portion(
    name: str, participant: int, spell: str, slot: int, parts: tuple[int, int, int], *, basic: bool, kind: str = "OTHER"
) -> dict[str, Any]:
    physical, magic, true = parts
    return {
        "basic": basic,
        "magicDamage": magic,
        "name": name,
        "participantId": participant,
        "physicalDamage": physical,
        "spellName": spell,
        "spellSlot": slot,
        "trueDamage": true,
        "type": kind,
    }
