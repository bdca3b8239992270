"""What the finished game's events say about each participant and team.

Match documents are written from the events and the last frame, so that a match and its timeline agree.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from src.sandbox.riot.generator.simulation import Simulation

_OBJECTIVES = {
    "DRAGON": "dragon",
    "BARON_NASHOR": "baron",
    "RIFTHERALD": "riftHerald",
    "HORDE": "horde",
    "ATAKHAN": "atakhan",
}
OBJECTIVES = ("atakhan", "baron", "champion", "dragon", "horde", "inhibitor", "riftHerald", "tower")
_SOLO_LATE_MS = 20 * 60_000


@dataclass(slots=True)
class TeamFacts:
    """Objectives one team took: how often, and whether it was first."""

    kills: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OBJECTIVES, 0))
    first: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(OBJECTIVES, False))
    first_tower_ms: int = 0


@dataclass(slots=True)
class Facts:
    """Counts by participant id (`people`) and by team id (`teams`)."""

    people: dict[int, dict[str, int]]
    teams: dict[int, TeamFacts]

    def person(self, pid: int) -> dict[str, int]:
        """Counts of one participant; missing names count 0."""
        return self.people[pid]


def gather(sim: Simulation) -> Facts:
    """Read the events of a finished game."""
    facts = Facts(
        {fighter.pid: defaultdict(int) for fighter in sim.fighters},
        {fighter.team: TeamFacts() for fighter in sim.fighters},
    )
    team_of = {fighter.pid: fighter.team for fighter in sim.fighters}
    taken: set[str] = set()
    for event in sorted(sim.events, key=lambda event: int(event["timestamp"])):
        kind = event["type"]
        if kind == "ELITE_MONSTER_KILL":
            _monster(facts, event, taken)
        elif kind == "BUILDING_KILL":
            _building(facts, event, taken)
        elif kind == "CHAMPION_KILL":
            _kill(facts, event, team_of, taken)
    return facts


def _credit(facts: Facts, team: int, goal: str, taken: set[str]) -> None:
    facts.teams[team].kills[goal] += 1
    if goal not in taken:
        taken.add(goal)
        facts.teams[team].first[goal] = True


def _involved(event: dict[str, Any]) -> list[int]:
    killer = [event["killerId"]] if event["killerId"] else []
    return killer + list(event.get("assistingParticipantIds", ()))


def _monster(facts: Facts, event: dict[str, Any], taken: set[str]) -> None:
    goal = _OBJECTIVES[event["monsterType"]]
    _credit(facts, event["killerTeamId"], goal, taken)
    facts.people[event["killerId"]][f"{goal}Kills"] += 1
    for pid in _involved(event):
        facts.people[pid][f"{goal}Takedowns"] += 1
        first = facts.people[pid].get(f"{goal}FirstMs")
        facts.people[pid][f"{goal}FirstMs"] = first or event["timestamp"]


def _building(facts: Facts, event: dict[str, Any], taken: set[str]) -> None:
    goal = "tower" if event["buildingType"] == "TOWER_BUILDING" else "inhibitor"
    attacker = next(team for team in facts.teams if team != event["teamId"])
    if goal == "tower" and goal not in taken:
        facts.teams[attacker].first_tower_ms = event["timestamp"]
        for pid in _involved(event):
            facts.people[pid]["takedownOnFirstTurret"] = 1
    _credit(facts, attacker, goal, taken)
    if event["killerId"]:
        facts.people[event["killerId"]][f"{goal}Kills"] += 1
        if goal == "tower" and "assistingParticipantIds" not in event and event["timestamp"] > _SOLO_LATE_MS:
            facts.people[event["killerId"]]["soloTurretsLategame"] += 1
    for pid in _involved(event):
        facts.people[pid][f"{goal}Takedowns"] += 1


def _kill(facts: Facts, event: dict[str, Any], team_of: dict[int, int], taken: set[str]) -> None:
    victim_team = team_of[event["victimId"]]
    attacker = next((team for team in facts.teams if team != victim_team), victim_team)
    _credit(facts, attacker, "champion", taken)
    if not event["killerId"]:
        facts.people[event["victimId"]]["executions"] += 1
    for pid in _involved(event):
        facts.people[pid]["takedowns"] += 1
        if event["timestamp"] < 25 * 60_000:
            facts.people[pid]["takedownsFirst25"] += 1
        if event["timestamp"] < 10 * 60_000:
            facts.people[pid]["takedownsFirst10"] += 1
