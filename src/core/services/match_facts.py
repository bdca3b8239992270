"""Facts of matches: kept ones where they are of this version, computed ones where they are not."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from src.core.domain.documents import RawDocument
from src.core.domain.facts.model import FACTS_VERSION, MatchFacts
from src.core.errors import ChimeraError, MalformedDocument, Unavailable
from src.core.ports.clock import Clock
from src.core.ports.match_facts import ComputedFacts, MatchFactsStore, StaleFacts
from src.core.ports.match_store import MatchStore, StoredMatch
from src.core.services.match_ingest import Reporter

_log = structlog.get_logger(__name__)
_AT_ONCE = 20  # matches: half a second of computing, which a kill may cost

MOST_AT_A_TIME: Final = 1_000
"""Matches of one refresh: about half a minute of computing."""

Compute = Callable[[Mapping[str, Any], Mapping[str, Any] | None], MatchFacts]
"""From the match's document and the timeline's, if there is one, to the facts; pure, and tens of milliseconds long."""


@dataclass(slots=True)
class FactsRefreshed:
    """Of how many matches facts were computed, and of how many that was not possible."""

    computed: int = 0
    unreadable: int = 0

    @property
    def matches(self) -> int:
        """How many that are."""
        return self.computed + self.unreadable

    def as_result(self) -> dict[str, Any]:
        """The JSON form: the fields by name."""
        return asdict(self)


class MatchFactsService:
    """Whoever wants a match's facts gets them; those of older versions are computed anew in the background."""

    def __init__(
        self,
        matches: MatchStore,
        facts: MatchFactsStore,
        clock: Clock,
        *,
        compute: Compute,
        version: int = FACTS_VERSION,
    ) -> None:
        """`compute` makes facts of this `version`."""
        self._matches = matches
        self._facts = facts
        self._clock = clock
        self._compute = compute
        self._version = version

    async def of(self, stored: StoredMatch) -> MatchFacts:
        """The facts of a match as it was loaded; computed, and kept for the next time, where they are not there.

        A store that is away costs time only.

        Raises:
            MalformedDocument: a document cannot be read.
        """
        match_id, edition = stored.match.match_id, stored.edition
        if edition is None:  # not from the store: nothing there is known to be of this match
            return await self._computed(stored)
        try:
            kept = await self._facts.load(match_id, edition=edition, version=self._version)
        except Unavailable as error:
            _log.warning("facts_not_loaded", match_id=match_id, reason=str(error))
            return await self._computed(stored)
        if kept is not None:
            return kept
        facts = await self._computed(stored)
        try:
            await self._facts.keep([ComputedFacts(match_id, edition, facts)], version=self._version)
        except Unavailable as error:
            _log.warning("facts_not_kept", match_id=match_id, reason=str(error))
        return facts

    async def are_stale(self) -> bool:
        """True if there is something to refresh.

        Raises:
            Unavailable: the database cannot be reached.
        """
        return bool(await self._facts.stale(self._version, limit=1))

    async def refresh(
        self, *, into: FactsRefreshed, report: Reporter, seconds: float | None = None, warily: bool = False
    ) -> FactsRefreshed:
        """Compute the facts of up to 1,000 matches that have none, or some of an older version; stop after `seconds`.

        What is done is done, and adds to `into`: another call goes on with the rest. A match whose documents cannot be
        read is done as well, until it is replaced or there is a new version. `warily`: one by one, and each counts as
        done before it is begun, so that one that kills its process is not met again. `report` may raise to stop.

        Raises:
            Unavailable: the database cannot be reached.
        """
        began, before = self._clock.now(), into.matches
        left = await self._facts.stale(self._version, limit=MOST_AT_A_TIME)
        total, at_once = before + len(left), 1 if warily else _AT_ONCE
        await report("computing_facts", before, total)
        while left and not self._is_over(began, seconds):
            batch, left = left[:at_once], left[at_once:]
            found = [await self._looked_at(one, warily=warily) for one in batch]
            computed = [one for one in found if one is not None]
            await self._facts.keep(computed, version=self._version)
            into.computed += sum(one.facts is not None for one in computed)
            into.unreadable += sum(one.facts is None for one in computed)
            await report("computing_facts", into.matches, total)
        return into

    def _is_over(self, began: datetime, seconds: float | None) -> bool:
        return seconds is not None and self._clock.now() - began >= timedelta(seconds=seconds)

    async def _looked_at(self, one: StaleFacts, *, warily: bool) -> ComputedFacts | None:
        """What came of a match, be it nothing; None if it has been dropped."""
        not_done = ComputedFacts(one.match_id, one.edition, None)
        if warily:
            await self._facts.keep([not_done], version=self._version)
        try:
            stored = await self._matches.load(one.match_id)
            if stored is None or stored.edition is None:
                return None
            return ComputedFacts(one.match_id, stored.edition, await self._computed(stored))
        except MalformedDocument as error:
            _log.warning("facts_not_computed", match_id=one.match_id, reason=str(error))
        except ChimeraError:
            raise
        except Exception:  # noqa: BLE001 - whatever a document does to us, the others must have their turn
            _log.exception("facts_not_computed", match_id=one.match_id)
        return not_done

    async def _computed(self, stored: StoredMatch) -> MatchFacts:
        return await asyncio.to_thread(self._compute_from, stored)

    def _compute_from(self, stored: StoredMatch) -> MatchFacts:
        timeline = stored.timeline_document
        return self._compute(_opened(stored.match_document), None if timeline is None else _opened(timeline))


def _opened(raw: RawDocument) -> dict[str, Any]:
    """The document's object, read again where only the bytes are at hand."""
    if raw.document:
        return raw.document
    try:
        document = json.loads(raw.body)
    except ValueError as error:
        raise MalformedDocument("A stored document cannot be read.") from error
    return document if isinstance(document, dict) else {}
