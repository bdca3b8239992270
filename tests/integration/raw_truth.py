"""The truth about a match, computed straight from Riot's JSON with other code than the product's.

It uses dictionaries, loops and arithmetic only: nothing of `src` but the names of observations' values.
"""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Document = dict[str, Any]

MONSTERS = {"BARON_NASHOR": "baron", "RIFTHERALD": "herald", "HORDE": "grubs", "ATAKHAN": "atakhan"}


def load(folder: Path, match_id: str, kind: str) -> Document:
    """A document of the folder: `kind` is `match` or `timeline`."""
    document: Document = json.loads(gzip.decompress((folder / f"{match_id}.{kind}.json.gz").read_bytes()))
    return document


def count(names: Iterable[str]) -> dict[str, int]:
    """How often each name occurs."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


class RawTruth:
    """One player's match, as the documents have it."""

    def __init__(self, match: Document, timeline: Document, puuid: str) -> None:
        self.info = match["info"]
        self.people = self.info["participants"]
        self.frames = timeline["info"]["frames"]
        self.me = next(p for p in self.people if p["puuid"] == puuid)
        self.pid = self.me["participantId"]
        self._team_gold: dict[int, int] = {}
        self.events = [e for frame in self.frames for e in frame["events"]]

    @property
    def duration_s(self) -> float:
        raw: float = self.info["gameDuration"]
        return raw if "gameEndTimestamp" in self.info else raw / 1000

    @property
    def team(self) -> list[Document]:
        key = "playerSubteamId" if self.info["gameMode"] == "CHERRY" else "teamId"
        return [p for p in self.people if p[key] == self.me[key]]

    @property
    def rival(self) -> Document | None:
        """The lane opponent."""
        position = self.me["teamPosition"]
        rivals = [p for p in self.people if p["teamId"] != self.me["teamId"] and p["teamPosition"] == position]
        return rivals[0] if position and len(rivals) == 1 else None

    def frame(self, n: int, pid: int) -> Document:
        one: Document = self.frames[n]["participantFrames"][str(pid)]
        return one

    def frame_near(self, time_s: float) -> int:
        """The index of the frame with this time; the game's end stands for the last one, which comes after it."""
        if time_s == self.duration_s:
            return len(self.frames) - 1
        return next(n for n, frame in enumerate(self.frames) if abs(frame["timestamp"] / 1000 - time_s) < 1e-9)

    def team_gold(self, n: int) -> int:
        """Own team's gold minus everybody else's at a frame."""
        if n not in self._team_gold:
            self._team_gold[n] = self._sum_team_gold(n)
        return self._team_gold[n]

    def _sum_team_gold(self, n: int) -> int:
        own = other = 0
        for person in self.people:
            gold = self.frame(n, person["participantId"])["totalGold"]
            if person["teamId"] == self.me["teamId"]:
                own += gold
            else:
                other += gold
        return own - other

    def lane(self, n: int) -> tuple[int, int, int]:
        """Gold, experience and creep score, own minus the lane opponent's, at a frame."""
        assert self.rival is not None
        own, theirs = self.frame(n, self.pid), self.frame(n, self.rival["participantId"])
        return (
            own["totalGold"] - theirs["totalGold"],
            own["xp"] - theirs["xp"],
            (own["minionsKilled"] + own["jungleMinionsKilled"])
            - (theirs["minionsKilled"] + theirs["jungleMinionsKilled"]),
        )

    def mark(self, minute: int) -> tuple[int, int, int] | None:
        """The lane at a minute: there the game must have been, and the frame is the one of that minute."""
        if self.rival is None or self.frames[-1]["timestamp"] < minute * 60_000:
            return None
        return self.lane(minute)

    def of(self, kind: str, after_s: float = -1, until_s: float = 1e9) -> list[Document]:
        """Events of a type, after one time and up to another."""
        return [e for e in self.events if e["type"] == kind and after_s < e["timestamp"] / 1000 <= until_s]

    def kills(self, after_s: float, until_s: float) -> dict[str, int]:
        mine = [p["participantId"] for p in self.team]
        happened = self.of("CHAMPION_KILL", after_s, until_s)
        return {
            "own_kills": sum(e["killerId"] in mine for e in happened),
            "enemy_kills": sum(e["killerId"] not in mine and e["killerId"] != 0 for e in happened),
            "my_kills": sum(e["killerId"] == self.pid for e in happened),
            "my_assists": sum(self.pid in e.get("assistingParticipantIds", []) for e in happened),
            "my_deaths": sum(e["victimId"] == self.pid for e in happened),
        }

    def objectives(self, after_s: float, until_s: float, *, enemy: bool) -> dict[str, int]:
        """Objectives by name that the team, or the enemy, took."""
        return count(name for at, name in self.objective_events(enemy=enemy) if after_s < at <= until_s)

    def objective_events(self, *, enemy: bool) -> list[tuple[float, str]]:
        """When one side took what."""
        own_team = self.me["teamId"]
        taker = (300 - own_team) if enemy else own_team
        found = []
        for event in self.of("ELITE_MONSTER_KILL"):
            if event["killerTeamId"] == taker:
                name = MONSTERS.get(event["monsterType"], "dragon")
                name = "elder" if event.get("monsterSubType") == "ELDER_DRAGON" else name
                found.append((event["timestamp"] / 1000, name))
        for event in self.of("BUILDING_KILL"):
            if event["teamId"] == 300 - taker:
                name = "tower" if event["buildingType"] == "TOWER_BUILDING" else "inhibitor"
                name = "nexus_tower" if event.get("towerType") == "NEXUS_TURRET" else name
                found.append((event["timestamp"] / 1000, name))
        return found

    def biggest_swing(self) -> int:
        """The size of the biggest change of the team gold difference between frames at most three minutes apart."""
        best = 0
        for i in range(len(self.frames)):
            for j in range(i, min(i + 4, len(self.frames))):
                best = max(best, abs(self.team_gold(j) - self.team_gold(i)))
        return best

    def biggest_lane_gap(self) -> int:
        """The largest gold difference of the lane at the frames of minutes 2 to 15 (and the end, if before)."""
        inside = [n for n, frame in enumerate(self.frames) if 120 <= frame["timestamp"] / 1000 <= 902]
        return max(abs(self.lane(n)[0]) for n in inside)

    def deaths(self) -> list[float]:
        return [e["timestamp"] / 1000 for e in self.of("CHAMPION_KILL") if e["victimId"] == self.pid]

    def takedowns(self) -> list[tuple[float, bool]]:
        """Time and whether it was a kill (else an assist)."""
        return [
            (event["timestamp"] / 1000, event["killerId"] == self.pid)
            for event in self.of("CHAMPION_KILL")
            if event["killerId"] == self.pid or self.pid in event.get("assistingParticipantIds", [])
        ]
