"""Measures what kills and objectives pay a team: `python -m tools.payments FOLDER`.

FOLDER holds real matches, as `chimera analyze-file` takes them. Least squares over what teams earned from one frame to
the next, after minute 2: on time passed, CS, what kills paid by the documents, plates, and what was taken. The numbers
of `core.domain.win_probability.payments` come from here.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from src.adapters.match_files import match_files, read_document
from src.core.domain.absence import DocumentKind
from src.core.domain.match import BLUE, RED, Match
from src.core.domain.match_document import read_match
from src.core.domain.objectives import TOWERS, objective_of, taker_of
from src.core.domain.timeline import BuildingKill, MonsterKill, Timeline
from src.core.domain.timeline_detail import TimelineDetail
from src.core.domain.timeline_detail_document import read_detail
from src.core.domain.timeline_document import read_timeline
from src.core.domain.win_probability.scope import has_model

_FROM_S, _WHOLE_MINUTE_S = 120.0, 54.0
_NEW_SEASON: Final = 14

Earned = tuple[Counter[str], int]
"""What a team did between two frames, and the gold it earned meanwhile."""


def main(folder: str) -> None:
    """Print gold and standard error of each, for the seasons before 14 and since."""
    halves: dict[str, list[Earned]] = {"seasons to 13": [], "seasons from 14": []}
    for files in match_files(Path(folder)):
        if files.match is None or files.timeline is None:
            continue
        match = read_match(read_document(files.match, DocumentKind.MATCH))
        if has_model(match) and match.mode == "CLASSIC":
            is_new = int(match.patch.partition(".")[0]) >= _NEW_SEASON
            document = read_document(files.timeline, DocumentKind.TIMELINE)
            halves["seasons from 14" if is_new else "seasons to 13"] += earned(match, document)
    for name, rows in halves.items():
        print(f"{name}: {len(rows):,} minutes of teams")
        for what, (gold, error) in measured(rows).items():
            print(f"  {what:<16}{gold:9.1f} \u00b1 {error:.1f}")


def measured(rows: list[Earned]) -> dict[str, tuple[float, float]]:
    """Gold for one of each thing, with its standard error; nothing without rows."""
    names = sorted({name for row, _gold in rows for name in row})
    if not names:
        return {}
    done = np.array([[row[name] for name in names] for row, _gold in rows], dtype=float)
    gold = np.array([gold for _row, gold in rows], dtype=float)
    weights, *_ = np.linalg.lstsq(done, gold, rcond=None)
    variance = (gold - done @ weights).var() * np.linalg.pinv(done.T @ done).diagonal()
    return {name: (float(w), float(v) ** 0.5) for name, w, v in zip(names, weights, variance, strict=True)}


def earned(match: Match, document: Mapping[str, Any]) -> Iterator[Earned]:
    """Both teams' minutes of a game."""
    timeline, detail = read_timeline(document), read_detail(document)
    frames = timeline.frame_times
    for team in (BLUE, RED):
        people = [p.participant_id for p in match.participants if p.team_id == team]
        for frame in range(1, len(frames)):
            if frames[frame - 1] >= _FROM_S and frames[frame] - frames[frame - 1] >= _WHOLE_MINUTE_S:
                series = [timeline.series[who] for who in people]
                gold = sum(one.total_gold[frame] - one.total_gold[frame - 1] for one in series)
                yield _done(timeline, detail, people, team, frame), gold


def _done(timeline: Timeline, detail: TimelineDetail, people: list[int], team: int, frame: int) -> Counter[str]:
    since, until = timeline.frame_times[frame - 1 : frame + 1]
    series = [timeline.series[who] for who in people]
    done: Counter[str] = Counter()
    done["minute"] = round((until - since) / 60)
    done["lane minion"] = sum(one.lane_minions[frame] - one.lane_minions[frame - 1] for one in series)
    done["jungle monster"] = sum(one.jungle_monsters[frame] - one.jungle_monsters[frame - 1] for one in series)
    for kill in timeline.kills:
        if since < kill.time_s <= until and kill.killer_id in people:
            done["paid by kills"] += kill.paid
            done["kill with help"] += bool(kill.assist_ids)
    for event in timeline.objectives:
        if since < event.time_s <= until and taker_of(event) == team:
            done[_name(event)] += 1
    for plate in detail.plates:
        done["plate"] += since < plate.time_s <= until and plate.lost_by_team_id != team
    return done


def _name(event: MonsterKill | BuildingKill) -> str:
    objective = objective_of(event)
    return event.tower or "tower" if isinstance(event, BuildingKill) and objective in TOWERS else objective.value


if __name__ == "__main__":
    main(*sys.argv[1:])
