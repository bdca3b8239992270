"""Write a finished game as a match-v5 `TimelineDto`."""

from typing import Any

from src.sandbox.riot.generator.match_document import metadata
from src.sandbox.riot.generator.plan import GamePlan
from src.sandbox.riot.generator.simulation import FRAME_MS, Simulation

_LATEST_STAMP_MS = 855


def timeline_document(plan: GamePlan, sim: Simulation) -> dict[str, Any]:
    """The whole timeline: one frame a minute, stamped a little late, and one at the end of the game."""
    stamps = [FRAME_MS * index + _lateness(sim, index) for index in range(len(sim.frames) - 1)] + [sim.ended_ms]
    return {
        "metadata": metadata(plan, sim),
        "info": {
            "endOfGameResult": "GameComplete",
            "frameInterval": FRAME_MS,
            "frames": _frames(plan, sim, stamps),
            "gameId": plan.game_id,
            "participants": [
                {"participantId": fighter.pid, "puuid": fighter.seat.player.puuid} for fighter in sim.fighters
            ],
        },
    }


def _lateness(sim: Simulation, index: int) -> int:
    return min(_LATEST_STAMP_MS, int(sim.rng.expovariate(1 / 90)) + 10 * index) if index else 0


def _frames(plan: GamePlan, sim: Simulation, stamps: list[int]) -> list[dict[str, Any]]:
    start = {"realTimestamp": plan.started_ms - 190, "timestamp": 0, "type": "PAUSE_END"}
    end = {
        "gameId": plan.game_id,
        "realTimestamp": plan.started_ms + sim.ended_ms - 140,
        "timestamp": sim.ended_ms,
        "type": "GAME_END",
        "winningTeam": sim.winner,
    }
    events = [start, *sorted(sim.events, key=lambda event: int(event["timestamp"])), end]
    frames: list[dict[str, Any]] = []
    written = 0
    for stamp, snapshot in zip(stamps, sim.frames, strict=True):
        due = written
        while due < len(events) and events[due]["timestamp"] <= stamp:
            due += 1
        frames.append(
            {
                "events": events[written:due],
                "participantFrames": {str(pid): frame for pid, frame in snapshot.items()},
                "timestamp": stamp,
            }
        )
        written = due
    return frames
