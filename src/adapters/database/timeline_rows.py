"""Timelines as rows, and back: arrays of participants by frames, and key events as JSON."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from pydantic import BaseModel

from src.core.domain.timeline import BuildingKill, Kill, MonsterKill, ParticipantSeries, Timeline

_SERIES = ("total_gold", "xp", "level", "lane_minions", "jungle_monsters")


def timeline_row(timeline: Timeline, body: bytes) -> tuple[Any, ...]:
    """The columns of `insert_timeline`."""
    participant_ids = sorted(timeline.series)
    return (
        timeline.match_id,
        list(timeline.frame_times),
        participant_ids,
        *([list(getattr(timeline.series[i], name)) for i in participant_ids] for name in _SERIES),
        _events(timeline.kills),
        _events(timeline.monsters),
        _events(timeline.buildings),
        body,
    )


def from_timeline_row(row: asyncpg.Record) -> Timeline:
    """The timeline that was stored."""
    series = {}
    for index, participant_id in enumerate(row["participant_ids"]):
        # An array of rows without columns comes back as an empty array.
        columns = {name: tuple(row[name][index]) if row[name] else () for name in _SERIES}
        series[participant_id] = ParticipantSeries(**columns)
    return Timeline(
        match_id=row["match_id"],
        frame_times=tuple(row["frame_times"]),
        series=series,
        kills=tuple(Kill(**event) for event in row["kills"]),
        monsters=tuple(MonsterKill(**event) for event in row["monsters"]),
        buildings=tuple(BuildingKill(**event) for event in row["buildings"]),
    )


def _events(events: Sequence[BaseModel]) -> list[dict[str, Any]]:
    # They are flat and of JSON's own types: `model_dump` would copy them value by value.
    return [vars(event) for event in events]
