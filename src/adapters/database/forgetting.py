"""Taking players out of matches: of those that are about to be stored, and of those that are.

Which of a match's rows hold what: `matches` the document as JSON and as bytes, `participants` the PUUID and the names,
`timelines` the document as bytes. Everything else is numbers.
"""

import asyncio
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import asyncpg

from src.adapters.database.pool import Connection
from src.adapters.database.queries import load_queries
from src.adapters.database.raw_bodies import pack, unpack
from src.core.domain.documents import RawDocument
from src.core.domain.pseudonyms import Pseudonyms, is_pseudonym, pseudonym, scrubbed, without_players
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
    here = [row["puuid"] for row in await connection.fetch(_SQL["which_of"], match_id, list(puuids))]
    if not here:
        return
    pseudonyms = fresh_pseudonyms(here)
    match = await connection.fetchrow(_SQL["match"], match_id)
    timeline = await connection.fetchrow(_SQL["timeline"], match_id)
    assert match is not None  # noqa: S101 - it is locked
    document, body = await asyncio.to_thread(_clean_match, match, pseudonyms)
    await connection.execute(_SQL["rewrite_match"], match_id, document, body)
    for puuid, name in pseudonyms.items():
        await connection.execute(_SQL["rewrite_participant"], match_id, puuid, name)
    if timeline is not None:
        await _rewrite_timeline(connection, match_id, timeline, pseudonyms)


async def _rewrite_timeline(
    connection: Connection, match_id: str, timeline: asyncpg.Record, pseudonyms: Pseudonyms
) -> None:
    try:
        body = await asyncio.to_thread(_clean_body, timeline["body"], pseudonyms)
    except MalformedDocument:
        # Damaged, and the PUUID may be in what is left of it. A recovery fetches it again, if Riot still has it.
        await connection.execute(_SQL["drop_timeline"], match_id)
        await connection.execute(_SQL["miss_timeline"], match_id)
    else:
        await connection.execute(_SQL["rewrite_timeline"], match_id, body)


def _clean_match(row: asyncpg.Record, pseudonyms: Pseudonyms) -> tuple[dict[str, object], bytes]:
    """The match's document and bytes. Of bytes that are damaged the JSON beside them takes the place."""
    try:
        clean = scrubbed(unpack(row["body"]), pseudonyms)
    except MalformedDocument:
        clean = scrubbed(RawDocument(body=row["document"].encode(), document={}), pseudonyms)
    return clean.document, pack(clean)


def _clean_body(body: bytes, pseudonyms: Pseudonyms) -> bytes:
    return pack(scrubbed(unpack(body), pseudonyms))


def _people(stored: StoredMatch) -> frozenset[str]:
    return frozenset(one.puuid for one in stored.match.participants if one.puuid is not None)
