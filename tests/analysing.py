"""From documents to an analysis, as the service goes."""

from collections.abc import Mapping
from typing import Any

from src.core.domain.analysis import MatchAnalysis
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.match_analysis import analyse
from src.core.domain.match_document import read_match
from src.core.domain.timeline_document import read_timeline

Document = Mapping[str, Any]


def analysed(
    match: Document, timeline: Document | None, puuid: str, *, timeline_may_come: bool = False
) -> MatchAnalysis:
    """What there is to say about a player's match."""
    read = None if timeline is None else read_timeline(timeline)
    facts = facts_of(match, timeline)
    return analyse(read_match(match), read, facts, puuid, timeline_may_come=timeline_may_come)
