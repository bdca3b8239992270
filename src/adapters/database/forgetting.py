"""Taking players out of matches: of those that are about to be stored, and of those that are.

Which of a match's rows hold what: `matches` the document as JSON and as bytes, `participants` the PUUID and the names,
`timelines` the document as bytes. Everything else is numbers.
"""

import asyncio
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import asyncpg

from src.adapters.database.json_codec import parse_json
from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack, unpack
from src.core.domain.documents import RawDocument
from src.core.domain.pseudonyms import Pseudonyms, is_pseudonym, known_as, pseudonym, scrubbed, without_players
from src.core.errors import MalformedDocument
from src.core.ports.match_store import StoredMatch

_SQL = load_queries("forgetting.sql")
_TOKEN = 16  # random bytes


def scrub(stored: StoredMatch, pseudonyms: Pseudonyms) -> StoredMatch:
    """A match with its documents, without these players. Milliseconds for a match, tens of them for a timeline."""
    timeline = stored.timeline_document
    return replace(
        stored,
        match=without_players(stored.match, pseudonyms),
        match_document=scrubbed(stored.match_document, pseudonyms),
        timeline_document=None if timeline is None else scrubbed(timeline, pseudonyms).closed(),
    )


def fresh_pseudonyms(puuids: Collection[str]) -> dict[str, str]:
    """A pseudonym for each, drawn now."""
    return {puuid: pseudonym(secrets.token_hex(_TOKEN)) for puuid in puuids}


async def without_forgotten(
    connection: Connection, matches: Sequence[StoredMatch], forgotten: Collection[str]
) -> list[StoredMatch]:
    """The matches, about to be stored, without those of their players who are forgotten.

    A match that is there already has a pseudonym for the player, or gets one now: what comes to it later (a timeline,
    a replacement) goes by the same.
    """
    theirs = {one.match.match_id: people for one in matches if (people := _people(one) & frozenset(forgotten))}
    await _lock_and_pseudonymise(connection, theirs)
    known: dict[tuple[str, int], str | None] = {
        (row["match_id"], row["participant_id"]): row["puuid"]
        for row in await connection.fetch(_SQL["people"], list(theirs))
    }
    clean: list[StoredMatch] = []
    for one in matches:
        pseudonyms = fresh_pseudonyms(theirs.get(one.match.match_id, ()))
        for participant in one.match.participants:
            there = known.get((one.match.match_id, participant.participant_id))
            if participant.puuid in pseudonyms and there is not None and is_pseudonym(there):
                pseudonyms[participant.puuid] = there
        clean.append(await asyncio.to_thread(scrub, one, pseudonyms) if pseudonyms else one)
    return clean


async def _lock_and_pseudonymise(connection: Connection, theirs: Mapping[str, Collection[str]]) -> None:
    for row in await connection.fetch(_SQL["lock"], list(theirs)):
        await pseudonymise_match(connection, row["match_id"], theirs[row["match_id"]])


async def pseudonymise_some(connection: Connection, puuid: str, *, limit: int) -> int:
    """Take a player out of `limit` of their matches, or drop these where nobody else wants them; answers how many."""
    found = [row["match_id"] for row in await connection.fetch(_SQL["some_matches"], puuid, limit)]
    locked = [row["match_id"] for row in await connection.fetch(_SQL["lock"], found)]
    wanted = {row["match_id"] for row in await connection.fetch(_SQL["wanted_by_others"], locked, puuid)}
    await connection.execute(_SQL["drop_matches"], [match_id for match_id in locked if match_id not in wanted])
    for match_id in sorted(wanted):
        await pseudonymise_match(connection, match_id, [puuid])
    return len(found)


async def pseudonymise_match(connection: Connection, match_id: str, puuids: Collection[str]) -> None:
    """Take players out of a stored match, which the caller has locked; once they are out, this changes nothing."""
    here = {
        row["participant_id"]: row["puuid"] for row in await connection.fetch(_SQL["which_of"], match_id, list(puuids))
    }
    if not here:
        return
    match = await connection.fetchrow(_SQL["match"], match_id)
    timeline = await connection.fetchrow(_SQL["timeline"], match_id)
    assert match is not None  # noqa: S101 - it is locked
    out = _Out.of(here)
    document, body = await asyncio.to_thread(out.match, match)
    await connection.execute(_SQL["rewrite_match"], match_id, document, body)
    for puuid in set(here.values()):
        await connection.execute(_SQL["rewrite_participant"], match_id, puuid, out.pseudonyms[puuid])
    if timeline is not None:
        await _rewrite_timeline(connection, match_id, timeline, out)


@dataclass(frozen=True, slots=True)
class _Out:
    """Who leaves a match: pseudonyms by participant id, and by all PUUIDs that rows and documents have for them."""

    places: Mapping[int, str]
    pseudonyms: dict[str, str]

    @classmethod
    def of(cls, here: Mapping[int, str]) -> Self:
        pseudonyms = fresh_pseudonyms(here.values())
        return cls({place: pseudonyms[puuid] for place, puuid in here.items()}, pseudonyms)

    def match(self, row: asyncpg.Record) -> tuple[dict[str, object], bytes]:
        """The match's document and bytes. Of bytes that are damaged the JSON beside them takes the place."""
        try:
            clean = self._clean(unpack(row["body"]))
        except MalformedDocument:
            text: str = row["document"]
            clean = self._clean(RawDocument(body=text.encode(), document=parse_json(text.encode())))
        return clean.document, pack(clean)

    def timeline(self, body: bytes) -> bytes:
        """The timeline's bytes."""
        return pack(self._clean(unpack(body)))

    def _clean(self, raw: RawDocument) -> RawDocument:
        self.pseudonyms.update(known_as(raw.document, self.places))
        return scrubbed(raw, self.pseudonyms)


async def _rewrite_timeline(connection: Connection, match_id: str, timeline: asyncpg.Record, out: _Out) -> None:
    try:
        body = await asyncio.to_thread(out.timeline, timeline["body"])
    except MalformedDocument:
        # Damaged, and the PUUID may be in what is left of it. A recovery fetches it again, if Riot still has it.
        await connection.execute(_SQL["drop_timeline"], match_id)
        await connection.execute(_SQL["miss_timeline"], match_id)
    else:
        await connection.execute(_SQL["rewrite_timeline"], match_id, body)


def _people(stored: StoredMatch) -> frozenset[str]:
    return frozenset(one.puuid for one in stored.match.participants if one.puuid is not None)
