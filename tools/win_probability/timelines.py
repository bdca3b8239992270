"""Real games minute by minute, from match and timeline documents."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from src.core.domain.match import GameKind, Match, Outcome
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from src.core.domain.win_probability.game import BLUE, game_states
from tools.win_probability.rows import Rows, together

_BOTS: Final = frozenset({840, 850, 870, 880, 890})
_PLAYERS: Final = 10


def real_games(folder: Path) -> Rows | None:
    """Every whole minute before the end of the folder's games on Summoner's Rift; None when there are none.

    Left out: remakes, aborted games, games against bots, and modes without lanes.
    """
    games = [_rows(match, path) for path in sorted(folder.glob("*.match.json.gz")) if _counts(match := _match(path))]
    return together(games) if games else None


def _match(path: Path) -> Match:
    return read_match(_document(path))


def _counts(match: Match) -> bool:
    return (
        match.kind is GameKind.RIFT
        and len(match.participants) == _PLAYERS
        and match.queue_id not in _BOTS
        and not match.is_remake
        and not match.is_aborted
    )


def _rows(match: Match, path: Path) -> Rows:
    timeline = read_timeline(_document(path.with_name(path.name.replace(".match.", ".timeline."))))
    minutes = np.arange(0.0, np.ceil(timeline.frame_times[-1] / 60))
    # A frame comes up to a second after its minute.
    frames = [
        timeline.frame_times[index] for minute in minutes if (index := timeline.frame_at(int(minute))) is not None
    ]
    states = game_states(match, timeline, frames)
    count = len(states.time_s)
    won = any(person.team_id == BLUE and person.outcome is Outcome.WIN for person in match.participants)
    return Rows(
        game=np.full(count, match.match_id),
        patch=np.full(count, match.patch),
        minute=minutes[:count],
        total_gold=states.total_gold,
        difference=states.difference,
        both_kinds=np.full(count, np.nan),
        blue_won=np.full(count, float(won)),
        weight=np.ones(count),
    )


def _document(path: Path) -> Any:
    with gzip.open(path) as packed:
        return json.load(packed)
