"""Fetching matches and keeping them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Self

import structlog

from src.core.domain.documents import RawDocument
from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.regions import parse_match_id
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_document import read_timeline
from src.core.errors import MalformedDocument, MatchNotFound, TimelineNotFound
from src.core.ports.clock import Clock
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.ports.riot_api import RiotApi

_log = structlog.get_logger(__name__)

# Riot can take this long to publish a fresh game's timeline; a 404 after that is for good.
_TIMELINE_SETTLES = timedelta(hours=6)

Reporter = Callable[[str, int, int], Awaitable[None]]
"""Told the step's name, how many units of it are done, and of how many."""


class Ingested(StrEnum):
    """What became of one match id."""

    STORED = "stored"
    SKIPPED = "skipped"  # it was there already
    MISSING = "missing"  # Riot has no such match


@dataclass(slots=True)
class IngestReport:
    """What became of many: match ids by outcome, in the order they were done."""

    stored: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)

    @classmethod
    def resumed(cls, so_far: Mapping[str, Sequence[str]]) -> Self:
        """What an earlier attempt had done, from its JSON form; empty for an empty one."""
        return cls(**{outcome: list(match_ids) for outcome, match_ids in so_far.items()})

    @property
    def match_ids(self) -> frozenset[str]:
        """All that are done."""
        return frozenset((*self.stored, *self.skipped, *self.missing, *self.malformed))

    def as_result(self) -> dict[str, list[str]]:
        """The JSON form: `{"stored": [...], "skipped": [...], "missing": [...], "malformed": [...]}`."""
        return {
            "stored": self.stored, "skipped": self.skipped,
            "missing": self.missing, "malformed": self.malformed,
        }  # fmt: skip


async def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


class MatchIngest:
    """Brings a match and its timeline into the store, once."""

    def __init__(self, riot: RiotApi, store: MatchStore, clock: Clock) -> None:
        self._riot = riot
        self._store = store
        self._clock = clock

    async def ingest(self, match_id: str, *, report: Reporter = _silent) -> Ingested:
        """Fetch and store one match with its timeline, unless it is there.

        A match without a timeline is stored all the same.

        Raises:
            InvalidInput: malformed match id.
            MalformedDocument: Riot's document cannot be read; nothing is stored.
        """
        match_id, _ = parse_match_id(match_id)
        if match_id in await self._store.complete([match_id]):
            return Ingested.SKIPPED
        try:
            await self.keep(await self.fetch(match_id, report=report))
        except MatchNotFound:
            return Ingested.MISSING
        return Ingested.STORED

    async def ingest_many(
        self, match_ids: Sequence[str], *, into: IngestReport | None = None, report: Reporter = _silent
    ) -> IngestReport:
        """Fetch and store those of the matches that are not there yet; one bad match does not stop the rest.

        `report` is called after each match, and may raise to stop between two of them; `into` holds what was
        done by then. What it holds at the start, from an earlier attempt, is not done again.
        """
        result = into if into is not None else IngestReport()
        await self.skip_stored(match_ids, into=result)
        return await self.fetch_rest(match_ids, into=result, report=report)

    async def skip_stored(self, match_ids: Sequence[str], *, into: IngestReport) -> None:
        """The first half of `ingest_many`: tell those that are stored for good as skipped."""
        wanted = dict(map(parse_match_id, match_ids))
        left = [match_id for match_id in wanted if match_id not in into.match_ids]
        there = await self._store.complete(left)
        into.skipped.extend(match_id for match_id in left if match_id in there)

    async def fetch_rest(
        self,
        match_ids: Sequence[str],
        *,
        into: IngestReport,
        counted_for: str | None = None,
        report: Reporter = _silent,
    ) -> IngestReport:
        """The second half of `ingest_many`: fetch and store those of which nothing is told yet.

        `counted_for`: the PUUID whose yearly statistics count what is stored, in the same transaction.
        """
        wanted = dict(map(parse_match_id, match_ids))
        left = [match_id for match_id in wanted if match_id not in into.match_ids]
        await report("matches", len(wanted) - len(left), len(wanted))
        for done, match_id in enumerate(left, start=len(wanted) - len(left) + 1):
            try:
                stored = await self.fetch(match_id)
                await self.keep(stored, counted_for=counted_for)
            except MatchNotFound:
                into.missing.append(match_id)
            except MalformedDocument as error:
                _log.warning("match_malformed", match_id=match_id, reason=str(error))
                into.malformed.append(match_id)
            else:
                into.stored.append(match_id)
            await report("matches", done, len(wanted))
        return into

    async def fetch(self, match_id: str, *, report: Reporter = _silent) -> StoredMatch:
        """What Riot has of a match: the document, and the timeline if there is one.

        Raises:
            MatchNotFound: Riot has no such match.
            MalformedDocument: a document cannot be read, or is another match's.
        """
        await report("match", 2, 5)
        match, match_document = await self.fetch_match(match_id)
        await report("timeline", 3, 5)
        try:
            timeline, timeline_document = await self.fetch_timeline(match)
        except TimelineNotFound:
            return StoredMatch(match, match_document, None, None)
        return StoredMatch(match, match_document, timeline, timeline_document)

    async def fetch_match(self, match_id: str) -> tuple[Match, RawDocument]:
        """The match alone. Raises as `fetch`."""
        match_id, platform = parse_match_id(match_id)
        document = await self._riot.match(match_id, platform.routing)
        match = read_match(document.document)
        if match.match_id != match_id:
            raise MalformedDocument(f"Riot answered {match.match_id} when asked for {match_id}.")
        return match, document

    async def fetch_timeline(self, match: Match) -> tuple[Timeline, RawDocument]:
        """The timeline of a match.

        Raises:
            TimelineNotFound: Riot has none (yet).
            MalformedDocument: it cannot be read, or is another match's.
        """
        _, platform = parse_match_id(match.match_id)
        document = await self._riot.timeline(match.match_id, platform.routing)
        timeline = read_timeline(document.document)
        if timeline.match_id != match.match_id:
            raise MalformedDocument(f"Riot answered the timeline of {timeline.match_id} for {match.match_id}.")
        return timeline, document

    async def keep(self, stored: StoredMatch, *, counted_for: str | None = None, replace: bool = False) -> bool:
        """Store what was fetched; without a timeline the match is complete once none can come any more.

        Answers True if anything of it was new. See `MatchStore.store`.
        """
        gone = stored.timeline is None and not self.timeline_may_come(stored.match)
        return await self._store.store(stored, timeline_gone=gone, counted_for=counted_for, replace=replace)

    def timeline_may_come(self, match: Match) -> bool:
        """True while the game is so fresh that Riot may still publish a timeline it does not have yet."""
        ended_at = match.started_at + timedelta(seconds=match.duration_s)
        return ended_at >= self._clock.now() - _TIMELINE_SETTLES
