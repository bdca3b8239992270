"""Fetching matches and keeping them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from src.core.domain.absence import DocumentKind
from src.core.domain.documents import RawDocument
from src.core.domain.match import Match
from src.core.domain.regions import parse_match_id
from src.core.domain.timeline import Timeline
from src.core.errors import MatchNotFound
from src.core.ports.absence_store import AbsenceStore
from src.core.ports.clock import Clock
from src.core.ports.match_store import KnownMatches, MatchStore
from src.core.ports.riot_api import RiotApi
from src.core.services.batch_report import BatchReport
from src.core.services.match_batch import Keep, MatchBatch
from src.core.services.match_documents import FetchedMatch, MatchDocuments

IN_FLIGHT = 8
"""So many matches of a routing value are under way at a time: the 50 calls a second that production keys allow need
5 at 100 ms a call, and all 8 at 160 ms."""

_STEPS = {DocumentKind.MATCH: 2, DocumentKind.TIMELINE: 3}

Reporter = Callable[[str, int, int], Awaitable[None]]
"""Told the step's name, how many units of it are done, and of how many."""


class Ingested(StrEnum):
    """What became of one match id."""

    STORED = "stored"  # it is new
    SKIPPED = "skipped"  # it was there already
    MISSING = "missing"  # Riot has no such match


@dataclass(slots=True)
class IngestReport(BatchReport):
    """What became of many: match ids by outcome, in the order they were asked for."""

    stored: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def as_result(self) -> dict[str, list[str]]:
        """The JSON form: match ids under `stored`, `skipped`, `missing`, `malformed`, `unavailable`."""
        return {
            "stored": self.stored, "skipped": self.skipped, "missing": self.missing,
            "malformed": self.malformed, "unavailable": self.unavailable,
        }  # fmt: skip


async def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


class MatchIngest:
    """Brings matches and their timelines into the store, once."""

    def __init__(
        self, riot: RiotApi, store: MatchStore, absences: AbsenceStore, clock: Clock, *, in_flight: int = IN_FLIGHT
    ) -> None:
        """`in_flight`: how many matches of a routing value are fetched at a time where there are many."""
        self._riot = riot
        self._store = store
        self._documents = MatchDocuments(riot, store, absences, clock)
        self._clock = clock
        self._in_flight = in_flight

    async def ingest(self, match_id: str, *, report: Reporter = _silent) -> Ingested:
        """Fetch and store one match with its timeline, unless it is there.

        A match without a timeline is stored all the same; one that only gets its timeline was there already. What Riot
        did not have a short while ago is not asked for.

        Raises:
            InvalidInput: malformed match id.
            MalformedDocument: Riot's document cannot be read; nothing is stored.
        """
        match_id, _ = parse_match_id(match_id)
        known = await self._store.known([match_id])
        if match_id in known.complete:
            return Ingested.SKIPPED

        async def step(document: DocumentKind) -> None:
            await report(document.value, _STEPS[document], 5)

        memory = await self._documents.remember([match_id])
        try:
            is_stored = match_id in known.without_timeline
            is_new = await self.keep(await self._documents.pair(match_id, memory, is_stored=is_stored, step=step))
        except MatchNotFound:
            return Ingested.MISSING
        finally:
            await memory.note()
        return Ingested.STORED if is_new and not is_stored else Ingested.SKIPPED

    async def ingest_many(
        self,
        match_ids: Sequence[str],
        *,
        into: IngestReport | None = None,
        report: Reporter = _silent,
        last_attempt: bool = False,
    ) -> IngestReport:
        """Fetch and store those of the matches that are not there yet; one bad match does not stop the rest.

        `report` is called whenever some are stored, and may raise to stop; `into` holds what was done by then. What
        it holds at the start, from an earlier attempt, is not done again, but for what was unavailable. On the
        `last_attempt` such matches are told as `unavailable`. Raises otherwise as `MatchBatch.run`.
        """
        result = into if into is not None else IngestReport()
        known = await self.skip_stored(match_ids, into=result)
        return await self.fetch_rest(match_ids, into=result, known=known, report=report, last_attempt=last_attempt)

    async def skip_stored(self, match_ids: Sequence[str], *, into: IngestReport, of: str | None = None) -> KnownMatches:
        """The first half of `ingest_many`: tell those that are stored for good as skipped.

        Answers what is stored, for the second half. `of`: as for `MatchStore.known`.
        """
        wanted = dict(map(parse_match_id, match_ids))
        done = into.match_ids
        left = [match_id for match_id in wanted if match_id not in done]
        known = await self._store.known(left, of=of)
        into.skipped.extend(match_id for match_id in left if match_id in known.complete)
        return known

    async def fetch_rest(
        self,
        match_ids: Sequence[str],
        *,
        into: IngestReport,
        known: KnownMatches,
        counted_for: str | None = None,
        report: Reporter = _silent,
        last_attempt: bool = False,
    ) -> IngestReport:
        """The second half of `ingest_many`: fetch and store those of which nothing is told yet.

        `counted_for`: the PUUID whose yearly statistics count what is stored, in the same transaction. Matches that
        hide a player are replaced, which gives them their place back.
        """
        wanted = list(dict(map(parse_match_id, match_ids)))

        async def keep(fetched: Sequence[FetchedMatch]) -> None:
            for one in fetched:
                if one.match_id in known.hiding:
                    await self.keep(one, counted_for=counted_for, replace=True)
                    into.stored.append(one.match_id)
            others = [one for one in fetched if one.match_id not in known.hiding]
            kept = await self.keep_many(others, counted_for=counted_for) if others else frozenset()
            new = kept.difference(known.without_timeline)
            for one in others:
                (into.stored if one.match_id in new else into.skipped).append(one.match_id)

        async def told(done: int) -> None:
            await report("matches", done, len(wanted))

        batch = self.batch(into, keep, last_attempt=last_attempt, without_timeline=known.without_timeline)
        await batch.run(wanted, told)
        return into

    async def seconds_for(self, match_ids: Sequence[str]) -> float | None:
        """Seconds that fetching those of the matches that are not there takes at least, at this key's budget.

        What Riot is remembered not to have takes none; a match that lacks its timeline only counts as a whole one.
        None while nobody knows the budget of a routing value they are of.
        """
        wanted = dict(map(parse_match_id, match_ids))
        there = await self._store.complete(list(wanted))
        left = [match_id for match_id in wanted if match_id not in there]
        memory = await self._documents.remember(left)
        asked = [match_id for match_id in left if not memory.is_absent(match_id, DocumentKind.MATCH)]
        pairs = Counter(wanted[match_id].routing for match_id in asked)
        seconds = [await self._riot.seconds_for_pairs(count, routing) for routing, count in pairs.items()]
        known = [each for each in seconds if each is not None]
        return max(known, default=0.0) if len(known) == len(seconds) else None

    def batch(
        self, into: BatchReport, keep: Keep, *, last_attempt: bool, without_timeline: Collection[str] = frozenset()
    ) -> MatchBatch:
        """An attempt at a batch, to be run; see `MatchBatch`."""
        return MatchBatch(self._documents, into, keep, self._clock, self._in_flight, last_attempt, without_timeline)

    async def fetch_match(self, match_id: str) -> tuple[Match, RawDocument]:
        """The match alone.

        Raises:
            MatchNotFound: Riot has no such match, or had none a short while ago.
            MalformedDocument: the document cannot be read, or is another match's.
        """
        memory = await self._documents.remember([parse_match_id(match_id)[0]])
        try:
            return await self._documents.match(match_id, memory)
        finally:
            await memory.note()

    async def fetch_timeline(self, match: Match) -> tuple[Timeline, RawDocument] | None:
        """The timeline of a match; None: Riot has none and will not have one.

        Raises:
            TimelineNotFound: Riot has none yet, or had none a short while ago.
            MalformedDocument: it cannot be read, or is another match's.
        """
        memory = await self._documents.remember([match.match_id])
        try:
            return await self._documents.timeline(match, memory)
        finally:
            await memory.note()

    async def keep(self, fetched: FetchedMatch, *, counted_for: str | None = None, replace: bool = False) -> bool:
        """Store what was fetched; answers True if anything of it was new. See `MatchStore.store`."""
        return await self._store.store(
            fetched.stored, timeline_gone=fetched.timeline_gone, counted_for=counted_for, replace=replace
        )

    async def keep_many(self, fetched: Sequence[FetchedMatch], *, counted_for: str | None = None) -> frozenset[str]:
        """As `keep`, all in one transaction; answers the ids of which anything was new."""
        gone = [one.match_id for one in fetched if one.timeline_gone]
        return await self._store.store_many([one.stored for one in fetched], gone=gone, counted_for=counted_for)

    def timeline_may_come(self, match: Match) -> bool:
        """True while the game is so fresh that Riot may still publish a timeline it does not have yet."""
        return self._documents.timeline_may_come(match)
