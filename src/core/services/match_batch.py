"""A batch of matches: fetched side by side and kept a few at a time; one that Riot cannot give stops no other."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial

import structlog

from src.core.domain.absence import DocumentKind
from src.core.domain.regions import RoutingValue, parse_match_id
from src.core.errors import (
    BrokenInvariant,
    ChimeraError,
    CircuitOpen,
    MalformedDocument,
    MatchNotFound,
    RiotRequestRejected,
    Unavailable,
)
from src.core.ports.clock import Clock
from src.core.services.absence_memory import AbsenceMemory
from src.core.services.batch_report import BatchOrder, BatchReport
from src.core.services.match_documents import FetchedMatch, MatchDocuments
from src.core.services.side_by_side import side_by_side

_log = structlog.get_logger(__name__)
_KEPT_AT_ONCE = 10
_LINGER = 0.5  # seconds that a fetched match waits for others to be kept with
_OUTAGE = 3  # so many failures in a row are Riot's, not the matches'

Keep = Callable[[Sequence[FetchedMatch]], Awaitable[None]]
"""Stores matches and tells what became of them; if it fails, nothing is stored of those that it tells nothing of."""

Told = Callable[[int], Awaitable[None]]
"""Told how many matches are done; may raise to stop."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """A match, or why there is none."""

    match_id: str
    fetched: FetchedMatch | None = None
    error: ChimeraError | None = None


@dataclass(slots=True)
class MatchBatch:
    """One attempt at a batch, of which `into` tells. At most `in_flight` matches of a routing value are under way.

    `last_attempt`: nobody tries again what Riot cannot give now. `without_timeline`: ids of matches that are stored
    and lack their timeline only.
    """

    documents: MatchDocuments
    into: BatchReport
    keep: Keep
    clock: Clock
    in_flight: int
    last_attempt: bool = False
    without_timeline: Collection[str] = frozenset()
    _failures: dict[RoutingValue, int] = field(default_factory=lambda: defaultdict(int), init=False)
    _failure: Unavailable | None = field(default=None, init=False)

    async def run(self, match_ids: Sequence[str], told: Told) -> None:
        """Fetch and keep those of the matches (canonical ids, each once) that `into` does not tell of as done.

        `told` is called when it begins and whenever some are kept; `into` holds then what it was told. What was
        unavailable in an earlier attempt comes last. Every routing value has a budget of its own, and none waits for
        another.

        Raises:
            Unavailable: Riot could not give some of them, and this is not the last attempt, or nothing is done at
                all; or Riot failed several times in a row, and the rest was not asked for.
            RateLimited: the budget of a routing value cannot be had; what others could give is kept.
            CircuitOpen: likewise, where Riot keeps failing.
            RiotKeyRejected: what was under way is kept.
        """
        done = self.into.match_ids
        left = [match_id for match_id in match_ids if match_id not in done]
        memory = await self.documents.remember(left)
        absent = {match_id for match_id in left if memory.is_absent(match_id, DocumentKind.MATCH)}
        self.into.missing.extend(sorted(absent))
        troubled = frozenset(self.into.unavailable)
        self.into.unavailable.clear()
        order = BatchOrder(match_ids)
        order.restore(self.into)
        count = len(match_ids) - len(left) + len(absent)
        await told(count)
        asked = sorted((match_id for match_id in left if match_id not in absent), key=troubled.__contains__)
        fetching = side_by_side(
            _by_routing(asked),
            partial(self._fetch, memory),
            at_once=self.in_flight,
            most=_KEPT_AT_ONCE,
            linger=_LINGER,
            clock=self.clock,
        )
        async with aclosing(fetching) as handfuls:
            async for handful in handfuls:
                count += await self._take(handful)
                order.restore(self.into)
                await told(count)
                await memory.note()  # at last: if it fails, what is kept has been told of
        if self._failure is not None and not self._may_go_on:
            raise self._failure

    @property
    def _may_go_on(self) -> bool:
        """True if what Riot cannot give is told, and does not fail the batch."""
        return self.last_attempt and self.into.has_anything

    async def _fetch(self, memory: AbsenceMemory, match_id: str) -> _Answer:
        routing = parse_match_id(match_id)[1].routing
        try:
            fetched = await self.documents.pair(match_id, memory, is_stored=match_id in self.without_timeline)
        except CircuitOpen:  # no match's fault either
            raise
        except Unavailable as error:
            self._failures[routing] += 1
            if self._failures[routing] >= _OUTAGE and not self._may_go_on:
                raise
            return _Answer(match_id, error=error)
        except (MatchNotFound, MalformedDocument, RiotRequestRejected) as error:
            answer = _Answer(match_id, error=error)
        else:
            answer = _Answer(match_id, fetched)
        self._failures[routing] = 0
        return answer

    async def _take(self, handful: Sequence[_Answer]) -> int:
        """Tell and keep; answers how many are done with."""
        done = len(handful)
        for answer in handful:
            if answer.error is not None:
                self._tell(answer.match_id, answer.error)
            if isinstance(answer.error, Unavailable) and not self.last_attempt:
                done -= 1
        if fetched := [answer.fetched for answer in handful if answer.fetched is not None]:
            await self._keep(fetched)
        return done

    async def _keep(self, fetched: Sequence[FetchedMatch]) -> None:
        """Keep them all at once or, where the store will never take one of them, each on its own."""
        try:
            await self.keep(fetched)
        except BrokenInvariant as error:
            if len(fetched) == 1:
                self._tell(fetched[0].match_id, error)
                return
            kept = self.into.match_ids
            for one in fetched:
                if one.match_id not in kept:
                    await self._keep([one])

    def _tell(self, match_id: str, error: ChimeraError) -> None:
        if isinstance(error, MatchNotFound):
            self.into.missing.append(match_id)
            return
        if isinstance(error, BrokenInvariant):
            self.into.malformed.append(match_id)
            _log.warning("match_malformed", match_id=match_id, reason=str(error))
            return
        self.into.unavailable.append(match_id)
        _log.warning("match_unavailable", match_id=match_id, reason=str(error))
        if isinstance(error, Unavailable):
            self._failure = self._failure or error


def _by_routing(match_ids: Iterable[str]) -> list[list[str]]:
    lanes: dict[RoutingValue, list[str]] = defaultdict(list)
    for match_id in match_ids:
        lanes[parse_match_id(match_id)[1].routing].append(match_id)
    return list(lanes.values())
