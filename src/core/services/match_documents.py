"""A match's documents, from Riot: asked for where it makes sense, and read."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from src.core.domain.absence import SETTLES_AFTER, DocumentKind
from src.core.domain.documents import RawDocument
from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.regions import parse_match_id
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument, MatchNotFound, TimelineNotFound
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.clock import Clock
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.ports.riot_api import RiotApi
from src.core.services.absence_memory import AbsenceMemory

Step = Callable[[DocumentKind], Awaitable[None]]
"""Told which document is asked for next."""


async def _silent(_document: DocumentKind) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class FetchedMatch:
    """What Riot gave of a match. `timeline_gone`: asked for the timeline, it had none and will not have one."""

    stored: StoredMatch
    timeline_gone: bool = False

    @property
    def match_id(self) -> str:
        """The match's canonical id."""
        return self.stored.match.match_id


class MatchDocuments:
    """Matches and timelines as Riot has them.

    The timeline is asked for once the match is there. Both at once would save one document a round trip, but nothing
    where many matches are fetched side by side, and would cost a second call for every match that is not there.
    Reading takes a few milliseconds a pair: a thread of its own would hold up the event loop no less.
    """

    def __init__(self, riot: RiotApi, store: MatchStore, absences: AbsenceStore, clock: Clock) -> None:
        self._riot = riot
        self._store = store
        self._absences = absences
        self._clock = clock

    async def remember(self, match_ids: Collection[str]) -> AbsenceMemory:
        """What is remembered of these matches' documents (canonical ids). Who fetches with it has it `note`d."""
        return await AbsenceMemory.of(match_ids, store=self._absences, clock=self._clock)

    async def pair(
        self, match_id: str, memory: AbsenceMemory, *, is_stored: bool = False, step: Step = _silent
    ) -> FetchedMatch:
        """A match, and its timeline if Riot has one.

        `is_stored`: it lacks its timeline only, and is not fetched again for that.

        Raises:
            MatchNotFound: Riot has no such match.
            MalformedDocument: a document cannot be read, or is another match's.
        """
        known = await self._stored(match_id) if is_stored else None
        if known is not None and known.timeline is not None:
            return FetchedMatch(known)
        if known is None:
            await step(DocumentKind.MATCH)
        match, document = (known.match, known.match_document) if known else await self.match(match_id, memory)
        await step(DocumentKind.TIMELINE)
        try:
            found = await self.timeline(match, memory)
        except TimelineNotFound:
            return FetchedMatch(StoredMatch(match, document, None, None))
        return FetchedMatch(StoredMatch(match, document, *(found or (None, None))), timeline_gone=found is None)

    async def match(self, match_id: str, memory: AbsenceMemory) -> tuple[Match, RawDocument]:
        """The match alone. Raises as `pair`."""
        match_id, platform = parse_match_id(match_id)
        if memory.is_absent(match_id, DocumentKind.MATCH):
            raise MatchNotFound
        try:
            document = await self._riot.match(match_id, platform.routing)
        except MatchNotFound:
            memory.found_absent(match_id, DocumentKind.MATCH)
            raise
        match = read_match(document.document)
        if match.match_id != match_id:
            raise MalformedDocument(f"Riot answered {match.match_id} when asked for {match_id}.")
        return match, document

    async def timeline(self, match: Match, memory: AbsenceMemory) -> tuple[Timeline, RawDocument] | None:
        """The timeline of a match; None: Riot has none and will not have one.

        A settled match is asked for its timeline whatever was found before: the answer is for good.

        Raises:
            TimelineNotFound: Riot has none yet, or had none a short while ago.
            MalformedDocument: it cannot be read, or is another match's.
        """
        _, platform = parse_match_id(match.match_id)
        may_come = self.timeline_may_come(match)
        if may_come and memory.is_absent(match.match_id, DocumentKind.TIMELINE):
            raise TimelineNotFound
        try:
            document = await self._riot.timeline(match.match_id, platform.routing)
        except TimelineNotFound:
            if not may_come:
                return None
            memory.found_absent(match.match_id, DocumentKind.TIMELINE)
            raise
        timeline = read_timeline(document.document)
        if timeline.match_id != match.match_id:
            raise MalformedDocument(f"Riot answered the timeline of {timeline.match_id} for {match.match_id}.")
        return timeline, document.closed()

    def timeline_may_come(self, match: Match) -> bool:
        """True while the game is so fresh that Riot may still publish a timeline it does not have yet."""
        ended_at = match.started_at + timedelta(seconds=match.duration_s)
        return ended_at >= self._clock.now() - SETTLES_AFTER

    async def _stored(self, match_id: str) -> StoredMatch | None:
        with suppress(MalformedDocument):  # damaged: it is fetched again
            return await self._store.load(match_id)
        return None
