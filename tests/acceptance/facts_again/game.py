"""A match and its timeline as Riot wrote them, with the few readings that every fact needs."""

from collections.abc import Iterator
from typing import Any, Final

Document = dict[str, Any]
Point = tuple[int, int]

MS: Final = 1000
LANING_UNTIL_MS: Final = 14 * 60 * MS
FOLLOWED_WITHIN_MS: Final = 60 * MS
TOGETHER_MS: Final = 10 * MS
FRAME_MS: Final = 5 * MS
DEAD_MS: Final = 10 * MS
TOGETHER_UNITS: Final = 2500

PLACING: Final = {"CHAMPION_KILL", "ELITE_MONSTER_KILL", "BUILDING_KILL", "TURRET_PLATE_DESTROYED"}
"""Events that say where somebody was."""

LANE_OF: Final = {"TOP": "top", "MIDDLE": "mid", "BOTTOM": "bot", "UTILITY": "bot"}


class Game:
    """One real game. Participants by id; times in milliseconds, as in the timeline."""

    def __init__(self, match: Document, timeline: Document) -> None:
        self.match_id: str = match["metadata"]["matchId"]
        self.info: Document = match["info"]
        self.people: dict[int, Document] = {p["participantId"]: p for p in self.info["participants"]}
        self.frames: list[Document] = timeline["info"]["frames"]
        self.events: list[Document] = [e for frame in self.frames for e in frame["events"]]
        self.is_arena = self.info["gameMode"] == "CHERRY"
        self.side = {pid: p["playerSubteamId" if self.is_arena else "teamId"] for pid, p in self.people.items()}
        self.has_two_teams = set(self.side.values()) == {100, 200}
        self.has_rift_map = self.info["mapId"] == 11
        self.position = {pid: p.get("teamPosition") or None for pid, p in self.people.items()}
        self.has_lanes = self.has_rift_map and any(self.position.values())
        self.deaths = self.of_type("CHAMPION_KILL")
        self.takings = [e for e in self.events if e["type"] in {"ELITE_MONSTER_KILL", "BUILDING_KILL"}]

    def of_type(self, name: str) -> list[Document]:
        return [e for e in self.events if e["type"] == name]

    @property
    def duration_s(self) -> float:
        """Documents without an end's timestamp count milliseconds."""
        length: float = self.info["gameDuration"]
        return float(length) if "gameEndTimestamp" in self.info else length / MS

    @property
    def patch(self) -> tuple[int, int]:
        major, minor, *_build = self.info["gameVersion"].split(".")
        return int(major), int(minor)

    @property
    def state(self) -> str:
        if any(p.get("gameEndedInEarlySurrender") for p in self.people.values()):
            return "remake"
        return "aborted" if str(self.info.get("endOfGameResult", "")).startswith("Abort") else "finished"

    @property
    def kind(self) -> str:
        if self.has_rift_map:
            return "rift" if self.has_lanes else "rift_no_lanes"
        return {"ARAM": "aram", "CHERRY": "arena"}.get(self.info["gameMode"], "other")

    @property
    def winner(self) -> int | None:
        """The team that won, where there are two and the result counts."""
        if self.state != "finished" or not self.has_two_teams:
            return None
        won = [int(t["teamId"]) for t in self.info["teams"] if t["win"]]
        return won[0] if len(won) == 1 else None

    def lane(self, pid: int) -> str | None:
        """`top`, `mid` or `bot`; None for a jungler, and where there are no lanes."""
        return LANE_OF.get(self.position[pid] or "") if self.has_lanes else None

    def opponent(self, pid: int) -> int | None:
        """The one enemy with the same position."""
        mine = self.position[pid]
        same = [p for p in self.people if self.side[p] != self.side[pid] and self.position[p] == mine]
        return same[0] if self.has_lanes and mine and len(same) == 1 else None

    def team(self, pid: int) -> list[Document]:
        return [p for other, p in self.people.items() if self.side[other] == self.side[pid]]

    def taker(self, event: Document) -> int | None:
        """The team that took the monster or building of an event; None if neither did."""
        if "killerTeamId" in event:
            return event["killerTeamId"] if event["killerTeamId"] in {100, 200} else None
        return 300 - int(event["teamId"])

    def near(self, at_ms: int, point: Point | None) -> Iterator[int]:
        """Whom an event or a frame has close to a point at a time. Some more than once."""
        if point is None:
            return
        for event in self.events:
            if event["type"] in PLACING and abs(event["timestamp"] - at_ms) <= TOGETHER_MS and _close(event, point):
                yield from (pid for pid in (event["killerId"], event.get("victimId", 0)) if pid > 0)
        for frame in self.frames:
            if abs(frame["timestamp"] - at_ms) <= FRAME_MS:
                states = ((int(pid), state) for pid, state in frame["participantFrames"].items())
                yield from (p for p, state in states if _close(state, point) and not self._lies_dead(p, state, frame))

    def there(self, event: Document) -> set[int]:
        """Whom an event names, and who of those close to it had not died by then."""
        at = event["timestamp"]
        dead = {e["victimId"] for e in self.deaths if at - DEAD_MS <= e["timestamp"] <= at}
        return {*named(event), *(pid for pid in self.near(at, where(event)) if pid not in dead)}

    def _lies_dead(self, pid: int, state: Document, frame: Document) -> bool:
        """The dead stay where they died until they are back."""
        died = [e for e in self.deaths if e["victimId"] == pid and e["timestamp"] <= frame["timestamp"]]
        return bool(died) and where(died[-1]) == where(state)


def _close(placed: Document, point: Point) -> bool:
    there = where(placed)
    return there is not None and squared_distance(there, point) <= TOGETHER_UNITS**2


def where(placed: Document) -> Point | None:
    position = placed.get("position")
    return (position["x"], position["y"]) if position else None


def squared_distance(a: Point, b: Point) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def helpers(event: Document) -> list[int]:
    return [pid for pid in event.get("assistingParticipantIds") or [] if pid > 0]


def was_alone(event: Document) -> bool:
    """Nobody helped, not even one that Riot calls 0."""
    return not event.get("assistingParticipantIds")


def paid(event: Document) -> int:
    """What a kill paid the killer, of which `shutdown` is a part. An execution pays nobody."""
    return max(event.get("bounty", 0), 0) + shutdown(event) if event["killerId"] > 0 else 0


def shutdown(event: Document) -> int:
    return max(event.get("shutdownBounty", 0), 0) if event["killerId"] > 0 else 0


def named(event: Document) -> list[int]:
    """The participants that an event names, as killer, victim or helper."""
    people = [event.get("killerId", 0), event.get("victimId", 0), *helpers(event)]
    return [pid for pid in people if pid > 0]
