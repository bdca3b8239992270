"""Matches in memory."""

from collections.abc import Collection, Container, Sequence
from contextlib import suppress
from dataclasses import replace as changed
from itertools import count

import orjson

from src.core.domain.documents import RawDocument
from src.core.domain.job import NewJob
from src.core.domain.match import Match
from src.core.domain.match_document import read_match
from src.core.domain.match_summary import MatchSummary
from src.core.domain.pseudonyms import Places, is_pseudonym, known_as, pseudonym, scrubbed, without_players
from src.core.domain.timeline_document import read_timeline
from src.core.errors import BrokenInvariant, MalformedDocument, Unavailable
from src.core.ports.match_store import KnownMatches, StoredMatch
from tests.fakes.job_ledger import FakeJobLedger
from tests.fakes.tombstones import FakeTombstones

DAMAGED = RawDocument(body=b"{", document={})


class FakeMatchStore:
    """Implements `MatchStore`; `is_down` makes it fail as a dead Postgres would.

    `refused` are ids of matches that it will never take, as Postgres does not take what fits no column or index.
    `ledger` takes the jobs that are stored with matches. `counted` holds (match id, PUUID) of what statistics count,
    `replaced` the ids of matches that were replaced.
    `tombstones` say who is taken in under a pseudonym only, `linked` who has a link: they get their places back.
    """

    def __init__(
        self,
        ledger: FakeJobLedger | None = None,
        tombstones: FakeTombstones | None = None,
        linked: Container[str | None] = (),
    ) -> None:
        self.ledger = ledger or FakeJobLedger()
        self.tombstones = tombstones or FakeTombstones()
        self.linked = linked
        self._pseudonyms = count(1)
        self._writings = count(1)
        self.matches: dict[str, StoredMatch] = {}
        self._editions: dict[str, str] = {}
        self.gone: set[str] = set()
        self.refused: set[str] = set()
        self.counted: set[tuple[str, str]] = set()
        self.replaced: list[str] = []
        self.is_down = False

    def damage(self, match_id: str) -> None:
        """Make a stored match unreadable, as a failing disk would."""
        self.matches[match_id] = changed(self.matches[match_id], match_document=DAMAGED)

    async def known(self, match_ids: Collection[str], *, of: str | None = None) -> KnownMatches:
        """See `MatchStore.known`."""
        self.check()
        there = frozenset(match_id for match_id in match_ids if match_id in self.matches)
        hiding = frozenset(i for i in there if of in self.linked and self._hides(self.matches[i].match, of))
        complete = frozenset(i for i in there if i in self.gone or self.matches[i].timeline is not None) - hiding
        return KnownMatches(complete, there - complete - hiding, hiding)

    async def complete(self, match_ids: Collection[str]) -> frozenset[str]:
        """See `MatchStore.complete`."""
        return (await self.known(match_ids)).complete

    async def store(
        self,
        stored: StoredMatch,
        *,
        timeline_gone: bool = False,
        counted_for: str | None = None,
        jobs: Sequence[NewJob] = (),
        replace: bool = False,
    ) -> bool:
        """See `MatchStore.store`."""
        self.check()
        stored = self._storable(stored, gives_back=replace)
        await self.ledger.submit(jobs)
        is_new = True
        if replace:
            self.replaced.append(stored.match.match_id)
            self._replace(stored, timeline_gone=timeline_gone)
        else:
            is_new = self._add(stored, timeline_gone=timeline_gone)
        if counted_for is not None:
            self.count(counted_for, stored.match.match_id)
        return is_new

    async def store_many(
        self,
        matches: Sequence[StoredMatch],
        *,
        gone: Collection[str] = (),
        counted_for: str | None = None,
    ) -> frozenset[str]:
        """See `MatchStore.store_many`."""
        self.check()
        storable = [(one.match.match_id, self._storable(one)) for one in matches]
        new = {match_id for match_id, one in storable if self._add(one, timeline_gone=match_id in gone)}
        if counted_for is not None:
            for match_id, _ in storable:
                self.count(counted_for, match_id)
        return frozenset(new)

    def count(self, puuid: str, match_id: str) -> bool:
        """Count a stored match for one of its players; True if it was not counted."""
        stored = self.matches.get(match_id)
        if stored is None or stored.match.by_puuid(puuid) is None or (match_id, puuid) in self.counted:
            return False
        if puuid in self.tombstones.puuids:
            return False
        self.counted.add((match_id, puuid))
        return True

    async def intact(self, match_ids: Collection[str], *, of: str | None = None) -> frozenset[str]:
        """See `MatchStore.intact`."""
        whole = [m for m in await self.complete(match_ids) if self._is_whole(self.matches[m])]
        return frozenset(m for m in whole if of not in self.linked or not self._hides(self.matches[m].match, of))

    def _hides(self, match: Match, puuid: str | None) -> bool:
        people = {one.puuid for one in match.participants}
        return puuid not in people and any(map(is_pseudonym, people))

    async def load(self, match_id: str) -> StoredMatch | None:
        """See `MatchStore.load`."""
        self.check()
        stored = self.matches.get(match_id)
        return stored and changed(self._clean(stored), edition=self.edition(match_id))

    def edition(self, match_id: str) -> str | None:
        """Which edition of a match is stored, if any is."""
        return self._editions.get(match_id, "edition 0") if match_id in self.matches else None

    async def history(self, puuid: str, *, limit: int) -> tuple[MatchSummary, ...]:
        """See `MatchStore.history`."""
        self.check()
        lines = [line for stored in self.matches.values() if (line := _summary(stored.match, puuid))]
        return tuple(sorted(lines, key=lambda line: (line.started_at, line.match_id), reverse=True)[:limit])

    def check(self) -> None:
        """Raise what a dead database would."""
        if self.is_down:
            raise Unavailable("The database cannot be reached.", retry_after=2.0)

    def _storable(self, stored: StoredMatch, *, gives_back: bool = False) -> StoredMatch:
        """A match as the tables take it: one row for each participant, and a timeline only with its document."""
        ids = [participant.participant_id for participant in stored.match.participants]
        if len(set(ids)) != len(ids) or stored.match.match_id in self.refused:
            raise BrokenInvariant("The database refused a statement.")
        if stored.timeline is None or stored.timeline_document is None:
            stored = changed(stored, timeline=None, timeline_document=None)
        if stored.match.match_id in self.matches:
            self.pseudonymise(stored.match.match_id)
        return self._clean(stored, gives_back=gives_back)

    def pseudonymise(self, match_id: str) -> None:
        """Take everybody who is forgotten out of a stored match."""
        self.matches[match_id] = self._clean(self.matches[match_id])

    def _clean(self, stored: StoredMatch, *, gives_back: bool = False) -> StoredMatch:
        """Without those who are forgotten or pseudonyms already, by the pseudonyms that the match has for them."""
        known = self.matches.get(stored.match.match_id)
        there = {one.participant_id: one.puuid for one in known.match.participants} if known else {}
        places: dict[int, str] = {}
        for one in stored.match.participants:
            before = there.get(one.participant_id)
            held = before if is_pseudonym(before) else one.puuid
            if held is not None and is_pseudonym(held) and not (gives_back and one.puuid in self.linked):
                places[one.participant_id] = held
            elif one.puuid in self.tombstones.puuids:
                places[one.participant_id] = self._fresh()
        return _without(stored, places) if places else stored

    def _fresh(self) -> str:
        return pseudonym(f"{next(self._pseudonyms):032x}")

    def _add(self, stored: StoredMatch, *, timeline_gone: bool) -> bool:
        match_id = stored.match.match_id
        known = self.matches.get(match_id)
        if known is not None and known.timeline is not None:
            return False
        if stored.timeline is not None:
            self.matches[match_id] = stored if known is None else _with_timeline(known, stored)
            self.gone.discard(match_id)
            self._is_written(match_id)
            return True
        learns = timeline_gone and match_id not in self.gone
        if learns:
            self.gone.add(match_id)
        if known is None:
            self.matches[match_id] = stored
        if learns or known is None:
            self._is_written(match_id)
        return learns or known is None

    def _is_written(self, match_id: str) -> None:
        self._editions[match_id] = f"edition {next(self._writings)}"

    def _replace(self, stored: StoredMatch, *, timeline_gone: bool) -> None:
        match_id = stored.match.match_id
        known = self.matches.get(match_id)
        if stored.timeline is None and known is not None and _is_timeline_whole(known):
            stored = _with_timeline(stored, known)
        self.matches[match_id] = stored
        self._is_written(match_id)
        self.gone.discard(match_id)
        if timeline_gone and stored.timeline is None:
            self.gone.add(match_id)
        people = {participant.puuid for participant in stored.match.participants}
        self.counted = {(of, puuid) for of, puuid in self.counted if of != match_id or puuid in people}

    def _is_whole(self, stored: StoredMatch) -> bool:
        with suppress(MalformedDocument, ValueError):
            read = read_match(orjson.loads(stored.match_document.body))
            if (read.match_id, _people(read)) == (stored.match.match_id, _people(stored.match)):
                return _is_timeline_whole(stored) or stored.match.match_id in self.gone
        return False


def _without(stored: StoredMatch, places: Places) -> StoredMatch:
    timeline = stored.timeline_document
    pseudonyms = {
        one.puuid: places[one.participant_id]
        for one in stored.match.participants
        if one.puuid and one.participant_id in places
    }
    for raw in (stored.match_document, timeline):
        if raw is not None:
            pseudonyms |= known_as(orjson.loads(raw.body), places, match=orjson.loads(stored.match_document.body))
    return changed(
        stored,
        match=without_players(stored.match, pseudonyms),
        match_document=scrubbed(stored.match_document, pseudonyms),
        timeline_document=timeline and scrubbed(timeline, pseudonyms),
    )


def _is_timeline_whole(stored: StoredMatch) -> bool:
    with suppress(MalformedDocument, ValueError):
        if stored.timeline_document is not None:
            return read_timeline(orjson.loads(stored.timeline_document.body)).match_id == stored.match.match_id
    return False


def _with_timeline(known: StoredMatch, stored: StoredMatch) -> StoredMatch:
    return changed(known, timeline=stored.timeline, timeline_document=stored.timeline_document)


def _people(match: Match) -> set[tuple[int, str | None]]:
    return {(participant.participant_id, participant.puuid) for participant in match.participants}


def _summary(match: Match, puuid: str) -> MatchSummary | None:
    player = match.by_puuid(puuid)
    if player is None:
        return None
    return MatchSummary(
        match_id=match.match_id,
        started_at=match.started_at,
        duration_s=match.duration_s,
        queue_id=match.queue_id,
        mode=match.mode,
        kind=match.kind,
        champion=player.champion,
        position=player.position,
        placement=player.placement,
        outcome=player.outcome,
        kills=player.kills,
        deaths=player.deaths,
        assists=player.assists,
        cs=player.cs,
    )
