"""Real games minute by minute, from match and timeline documents."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np

from src.core.domain.match import BLUE, Match
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline
from src.core.domain.win_probability.game import game_states
from src.core.domain.win_probability.scope import has_model
from tools.win_probability.rows import Rows, together


def real_games(folder: Path) -> Rows | None:
    """Every whole minute before the end of the folder's games that the product has a model for and that somebody won.

    None when there are none.
    """
    games = [
        _rows(match, path)
        for path in sorted(folder.glob("*.match.json.gz"))
        if has_model(match := read_match(_document(path))) and match.winner is not None
    ]
    return together(games) if games else None


def _rows(match: Match, path: Path) -> Rows:
    timeline = read_timeline(_document(path.with_name(path.name.replace(".match.", ".timeline."))))
    # A frame comes up to a second after its minute.
    frames = {
        float(minute): timeline.frame_times[index]
        for minute in range(int(np.ceil(timeline.frame_times[-1] / 60)))
        if (index := timeline.frame_at(minute)) is not None
    }
    states = game_states(match, timeline, list(frames.values()))
    count = len(frames)
    return Rows.of(
        np.full(count, match.match_id),
        match.patch,
        np.array(list(frames)),
        total_gold=states.total_gold,
        difference=states.difference,
        blue_won=np.full(count, float(match.winner == BLUE)),
    )


def _document(path: Path) -> Any:
    with gzip.open(path) as packed:
        return json.load(packed)
