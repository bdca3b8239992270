"""A batch of matches: fetched side by side and kept a few at a time; one that Riot cannot give stops no other."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, fields
from functools import partial

import structlog

from src.core.domain.absence import DocumentKind
from src.core.domain.regions import RoutingValue, parse_match_id
from src.core.errors import (
    ChimeraError,
    CircuitOpen,
    MalformedDocument,
    MatchNotFound,
    RiotRequestRejected,
    Unavailable,
)
from src.core.ports.clock import Clock
from src.core.ports.match_store import StoredMatch
from src.core.services.absence_memory import AbsenceMemory
from src.core.services.match_documents import MatchDocuments
from src.core.services.side_by_side import side_by_side

_log = structlog.get_logger(__name__)
_KEPT_AT_ONCE = 10
_LINGER = 0.5  # seconds that a fetched match waits for others to be kept with
_OUTAGE = 3  # so many failures in a row are Riot's, not the matches'

Keep = Callable[[Sequence[StoredMatch]], Awaitable[None]]
"""Stores matches and tells what became of them."""

Told = Callable[[int], Awaitable[None]]
"""Told how many matches are done; may raise to stop."""


@dataclass(slots=True)
class BatchReport:
    """Match ids by what became of them, in the order they were asked for.

    `missing` Riot does not have, `malformed` cannot be read, `unavailable` Riot could not give this time.
    """

    missing: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    unavailable: list[str] = field(default_factory=list)

    @property
    def match_ids(self) -> frozenset[str]:
        """All that are done; those that are unavailable are not."""
        return frozenset(match_id for name, ids in self._listed() if name != "unavailable" for match_id in ids)

    def put_in_order(self, match_ids: Sequence[str]) -> None:
        """Sort every list as these are."""
        places = {match_id: place for place, match_id in enumerate(match_ids)}
        for _, ids in self._listed():
            ids.sort(key=lambda match_id: places.get(match_id, -1))

    def _listed(self) -> Iterator[tuple[str, list[str]]]:
        for one in fields(self):
            if isinstance(ids := getattr(self, one.name), list):
                yield one.name, ids


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A match, or why there is none."""

    match_id: str
    stored: StoredMatch | None = None
    error: ChimeraError | None = None


@dataclass(slots=True)
class MatchBatch:
    """One attempt at a batch, of which `into` tells. At most `in_flight` matches of a routing value are under way.

    `last_attempt`: nobody tries again what Riot cannot give now. `from_store`: see `MatchDocuments.pair`.
    """

    documents: MatchDocuments
    into: BatchReport
    keep: Keep
    clock: Clock
    in_flight: int
    last_attempt: bool = False
    from_store: bool = True
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
        self.into.put_in_order(match_ids)
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
                count += await self._take(handful, memory)
                self.into.put_in_order(match_ids)
                await told(count)
        if self._failure is not None and not self._may_go_on:
            raise self._failure

    @property
    def _may_go_on(self) -> bool:
        """True if what Riot cannot give is told, and does not fail the batch."""
        return self.last_attempt and bool(self.into.match_ids)

    async def _fetch(self, memory: AbsenceMemory, match_id: str) -> _Fetched:
        routing = parse_match_id(match_id)[1].routing
        try:
            stored = await self.documents.pair(match_id, memory, from_store=self.from_store)
        except CircuitOpen:  # no match's fault either
            raise
        except Unavailable as error:
            self._failures[routing] += 1
            if self._failures[routing] >= _OUTAGE and not self._may_go_on:
                raise
            return _Fetched(match_id, error=error)
        except (MatchNotFound, MalformedDocument, RiotRequestRejected) as error:
            fetched = _Fetched(match_id, error=error)
        else:
            fetched = _Fetched(match_id, stored)
        self._failures[routing] = 0
        return fetched

    async def _take(self, handful: Sequence[_Fetched], memory: AbsenceMemory) -> int:
        """Tell and keep; answers how many are done with."""
        done = len(handful)
        for fetched in handful:
            if fetched.error is not None:
                self._tell(fetched.match_id, fetched.error)
            if isinstance(fetched.error, Unavailable) and not self.last_attempt:
                done -= 1
        if kept := [fetched.stored for fetched in handful if fetched.stored is not None]:
            await self.keep(kept)
        await memory.note()
        return done

    def _tell(self, match_id: str, error: ChimeraError) -> None:
        if isinstance(error, MatchNotFound):
            self.into.missing.append(match_id)
            return
        if isinstance(error, MalformedDocument):
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
