"""The real games, read once for all the tests of a run."""

import gzip
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from src.core.domain.match import GameKind, Match
from src.core.domain.match_document import read_match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_detail import TimelineDetail
from src.core.domain.timeline_detail_document import read_detail
from src.core.domain.timeline_document import read_timeline
from src.core.domain.ward_totals import WardTotals, read_ward_totals
from tests.real_documents import REAL_DOCUMENTS


class RealGame(NamedTuple):
    """A game as Chimera reads it."""

    match: Match
    timeline: Timeline
    detail: TimelineDetail
    wards: dict[int, WardTotals]

    @property
    def is_five_a_side(self) -> bool:
        """On Summoner's Rift."""
        return self.match.kind in {GameKind.RIFT, GameKind.RIFT_NO_LANES}


def real_documents() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every match document with its timeline's."""
    for path in sorted(REAL_DOCUMENTS.glob("*.match.json.gz")):
        yield _document(path), _document(path.with_name(path.name.replace(".match.", ".timeline.")))


@lru_cache(maxsize=1)
def real_games() -> tuple[RealGame, ...]:
    """Every game, read."""
    return tuple(
        RealGame(read_match(match), read_timeline(timeline), read_detail(timeline), read_ward_totals(match))
        for match, timeline in real_documents()
    )


def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return document
