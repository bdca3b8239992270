"""Syncing the timeline of one match."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from src.core.domain.match import Match
from src.core.domain.regions import parse_match_id
from src.core.domain.timeline import Timeline
from src.core.errors import MalformedDocument, MatchNotFound, TimelineNotFound, Unavailable
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.services.match_documents import FetchedMatch
from src.core.services.match_ingest import MatchIngest

_ASK_AGAIN_AFTER = 900.0  # seconds; Riot publishes most timelines within minutes of the game's end


class TimelineStatus(StrEnum):
    """What became of the timeline."""

    CREATED = "created"
    EXISTS = "exists"  # it was stored already
    GONE = "gone"  # Riot has none, and will not have one
    MISSING = "missing"  # Riot has no such match


@dataclass(frozen=True, slots=True)
class TimelineSynced:
    """`frames`: how many there are, one a minute and the game's end."""

    match_id: str
    status: TimelineStatus
    frames: int = 0

    def as_result(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self) | {"status": self.status.value}


class TimelineSync:
    """Checks a timeline against its match and stores it, once."""

    def __init__(self, ingest: MatchIngest, store: MatchStore) -> None:
        self._ingest = ingest
        self._store = store

    async def sync(self, match_id: str) -> TimelineSynced:
        """Fetch, check and store the timeline, unless it is there; a match that is not there comes with it.

        Raises:
            InvalidInput: malformed match id.
            MalformedDocument: a document cannot be read, or does not agree with the other; nothing is stored.
            Unavailable: the game is so fresh that the timeline may still come.
        """
        match_id, _ = parse_match_id(match_id)
        known = await self._store.load(match_id)
        if known is not None and match_id in await self._store.complete([match_id]):
            return _stored_already(match_id, known.timeline)
        try:
            match, document = (known.match, known.match_document) if known else await self._ingest.fetch_match(match_id)
        except MatchNotFound:
            return TimelineSynced(match_id, TimelineStatus.MISSING)
        try:
            found = await self._ingest.fetch_timeline(match)
        except TimelineNotFound as error:
            await self._ingest.keep(FetchedMatch(StoredMatch(match, document, None, None)))
            waits = "Riot has not published the timeline of this match yet."
            raise Unavailable(waits, retry_after=_ASK_AGAIN_AFTER) from error
        if found is None:
            await self._ingest.keep(FetchedMatch(StoredMatch(match, document, None, None), timeline_gone=True))
            return TimelineSynced(match_id, TimelineStatus.GONE)
        timeline, timeline_document = found
        _check(timeline, match)
        is_new = await self._ingest.keep(FetchedMatch(StoredMatch(match, document, timeline, timeline_document)))
        status = TimelineStatus.CREATED if is_new else TimelineStatus.EXISTS
        return TimelineSynced(match_id, status, frames=len(timeline.frame_times))


def _stored_already(match_id: str, timeline: Timeline | None) -> TimelineSynced:
    if timeline is None:
        return TimelineSynced(match_id, TimelineStatus.GONE)
    return TimelineSynced(match_id, TimelineStatus.EXISTS, frames=len(timeline.frame_times))


def _check(timeline: Timeline, match: Match) -> None:
    """That a timeline tells of this match. On 105 real pairs the participants are the same, Arena included.

    Raises:
        MalformedDocument: it has no frames, or other participants.
    """
    if not timeline.frame_times:
        raise MalformedDocument(f"The timeline of {match.match_id} has no frames.")
    if timeline.series.keys() != {participant.participant_id for participant in match.participants}:
        raise MalformedDocument(f"The timeline of {match.match_id} has other participants than the match.")
